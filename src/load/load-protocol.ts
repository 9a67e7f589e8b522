import type { LoadCell } from '../core/cell.ts';
import type { FailureKind } from '../core/outcome.ts';
import type { VectorFigures } from './request-pump.ts';
import type { MutableSamples } from './sample-recorder.ts';
import type { TextStreamOptions } from './text-stream.ts';
import type { ThreadFigures } from './thread-gauges.ts';
import type { WindowPolicy } from './window-policy.ts';

/** Everything a client thread needs to measure its part of one trial. */
export interface ThreadPlan {
  readonly cell: LoadCell;
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly proxyUrl?: string;
  /** Whether the request names its width; at the native one it need not, and some servers refuse it. */
  readonly sendDimensions: boolean;
  readonly stream: Omit<TextStreamOptions, 'template'>;
  readonly instructionTemplate?: string;
  readonly policy: WindowPolicy;
  /** Requests that this thread keeps in flight, or may have in flight in an open loop. */
  readonly inFlight: number;
  /** When this thread's requests are due, shared memory; open loops only. */
  readonly due?: Float64Array;
  /** Mean time between two of them. */
  readonly meanGapMs?: number;
  /** The thread that decides when the window opens and closes. */
  readonly leader: boolean;
  /** Compare a few vectors under load with those of the same texts alone, when the window is over. */
  readonly sentinels: boolean;
}

export type ThreadCommand =
  | { readonly type: 'prepare'; readonly plan: ThreadPlan }
  /** Start sending; samples count from this clock reading. */
  | { readonly type: 'go'; readonly originMs: number }
  | { readonly type: 'openWindow' }
  | { readonly type: 'closeWindow' }
  /** Nothing else is on its way to the server: compare the sentinels now. */
  | { readonly type: 'quiet' }
  /** Stop now; what is in flight is cancelled. */
  | { readonly type: 'cancel' };

export type ThreadReport =
  | { readonly type: 'ready' }
  | { readonly type: 'windowOpened'; readonly steady: boolean }
  | { readonly type: 'windowClosed' }
  /** Everything was answered; waits for `quiet`. */
  | { readonly type: 'drained' }
  | { readonly type: 'progress'; readonly progress: TrialProgress }
  | { readonly type: 'result'; readonly result: ThreadResult }
  | { readonly type: 'failed'; readonly error: { readonly name: string; readonly message: string } };

/** Where a trial stands, for the terminal. */
export interface TrialProgress {
  readonly phase: 'warmup' | 'window' | 'drain';
  readonly elapsedMs: number;
  readonly sent: number;
  readonly answered: number;
  readonly inFlight: number;
}

/** A stretch of time, in milliseconds from the origin. */
export interface TimeSpan {
  readonly openMs: number;
  readonly closeMs: number;
}

/** What one client thread measured. */
export interface ThreadResult {
  readonly samples: MutableSamples;
  /** Undefined when the trial ended before its window opened. */
  readonly window?: TimeSpan;
  readonly cancelled: boolean;
  /** Released − due of every row; open loops only. */
  readonly latenessMs: Float64Array;
  /** Two words per text. */
  readonly textHashes: Uint32Array;
  /** Requests taken from the text stream by this thread. */
  readonly requestsTaken: number;
  readonly figures?: ThreadFigures;
  readonly socketsInWindow: number;
  /** Measured mean number of requests in flight over the window. */
  readonly meanInFlight: number;
  readonly heldMs: number;
  readonly vectors: VectorFigures;
  /** Least cosine between vectors under load and quiet ones. */
  readonly sentinelCosineMin?: number;
  /** First message of every kind of failure. */
  readonly messages: Partial<Record<FailureKind, string>>;
}
