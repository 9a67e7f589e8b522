import type { TokenisedText } from '../models/embedded-model.ts';
import type { UseLiteWeights } from '../models/use-lite-weights.ts';

/** What a computing thread is started with. */
export interface WorkerSetup {
  readonly modelId: string;
  /** The weights that all threads share. */
  readonly weights: UseLiteWeights | undefined;
  /** 0 … threads − 1. */
  readonly thread: number;
  /** Where the thread leaves its vectors: room for the largest batch. */
  readonly results: SharedArrayBuffer;
}

/** To the thread: compute these and leave the vectors in `results`, in this order. */
export type WorkerRequest = readonly TokenisedText[];

/** From the thread: ready for a batch, the first time or again. */
export type WorkerReply = 'ready';
