import { OUTCOMES, type Outcome } from './outcome.ts';

/**
 * One trial's requests as columns, one row per request in the order they were sent. Times are milliseconds
 * since the start of the trial's schedule; a stamp that never came is NaN. A row's outcome is an index into
 * {@link OUTCOMES}.
 */
export interface SampleTable {
  readonly length: number;
  /** When the request was due. Equals `sentMs` in a closed loop. */
  readonly intendedMs: Float64Array;
  /** When its bytes were handed to the socket. */
  readonly sentMs: Float64Array;
  /** When the response's header block was complete. */
  readonly headersMs: Float64Array;
  /** When the last byte of the body had arrived. */
  readonly lastByteMs: Float64Array;
  /** When every vector was decoded and checked; decoding is never part of a latency. */
  readonly decodedMs: Float64Array;
  readonly texts: Int32Array;
  /** Prompt tokens by the server's `usage`; 0 when it gave none. */
  readonly tokens: Int32Array;
  /** Bytes of the response body. */
  readonly bytes: Int32Array;
  readonly outcome: Uint8Array;
  /** 1 for rows of the timed window, 0 for warm-up and drain. */
  readonly inWindow: Uint8Array;
}

/** The outcome of a row. */
export function outcomeOf(samples: SampleTable, row: number): Outcome {
  return OUTCOMES[samples.outcome[row]!]!;
}
