import type { TokenisedText } from '../models/embedded-model.ts';

/** Where texts become vectors. */
export interface ComputeEngine {
  /**
   * Vectors of the texts.
   *
   * @param signal texts that no thread has taken yet are dropped when it aborts; the promise then rejects with its
   *   reason
   * @throws ServerError when a computing thread has died
   */
  embed(texts: readonly TokenisedText[], signal: AbortSignal): Promise<EngineResult>;
  /** Texts in threads and texts that wait for one. */
  load(): EngineLoad;
  /** Forward passes and the texts in them, since the start: their ratio tells how well requests merge. */
  passes(): PassCount;
  /** Why nothing can be computed any more; undefined while all is well. */
  failure(): Error | undefined;
  close(): Promise<void>;
}

export interface EngineResult {
  /** N × native dimensions row-major, every row of norm 1. */
  readonly rows: Float32Array;
  /** How long the last of the texts waited for a thread. */
  readonly queuedMs: number;
}

export interface EngineLoad {
  readonly running: number;
  readonly waiting: number;
}

export interface PassCount {
  readonly passes: number;
  readonly texts: number;
}
