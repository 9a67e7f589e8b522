import type { TokenisedText } from '../models/embedded-model.ts';
import type { EngineResult } from './compute-engine.ts';

/** Texts of one request and the vectors that have come back for them. */
export interface EmbedJob {
  readonly texts: readonly TokenisedText[];
  /** N × dimensions row-major, filled piece by piece. */
  readonly rows: Float32Array;
  /** First text that no thread has taken. */
  next: number;
  /** Texts without a vector. */
  missing: number;
  readonly addedMs: number;
  /** When a thread took the last of its texts, so far. */
  takenMs: number;
  resolve(result: EngineResult): void;
  reject(reason: unknown): void;
}

/** A stretch of one job's texts. */
export interface BatchPart {
  readonly job: EmbedJob;
  readonly from: number;
  readonly count: number;
}

/** What one forward pass computes: stretches of the oldest jobs. */
export interface Batch {
  readonly parts: readonly BatchPart[];
  readonly texts: readonly TokenisedText[];
}

export interface BatchLimits {
  readonly maxTexts: number;
  /** Tokens, each text counted up to `clipTokens`; a single longer text still goes through. */
  readonly maxTokens: number;
  readonly clipTokens: number;
}

/** First come, first served; texts of several requests share a batch, and a large request may need several. */
export interface BatchQueue {
  add(job: EmbedJob): void;
  /** Forgets the texts of a job that no thread has taken; how many those were. */
  drop(job: EmbedJob): number;
  /** The next batch, or undefined when nothing waits. */
  take(): Batch | undefined;
  /** Jobs that have texts here. */
  jobs(): readonly EmbedJob[];
  waitingTexts(): number;
}

export function createBatchQueue(limits: BatchLimits): BatchQueue {
  let jobs: EmbedJob[] = [];
  let waiting = 0;
  return {
    add(job) {
      jobs.push(job);
      waiting += job.texts.length - job.next;
    },
    drop(job) {
      if (!jobs.includes(job)) return 0;
      const dropped = job.texts.length - job.next;
      waiting -= dropped;
      job.next = job.texts.length;
      jobs = jobs.filter((other) => other !== job);
      return dropped;
    },
    take() {
      if (waiting === 0) return undefined;
      const parts: BatchPart[] = [];
      let texts = 0;
      let tokens = 0;
      for (const job of jobs) {
        const from = job.next;
        while (job.next < job.texts.length && texts < limits.maxTexts) {
          const length = Math.min(job.texts[job.next]!.tokens.length, limits.clipTokens);
          if (texts > 0 && tokens + length > limits.maxTokens) break;
          tokens += length;
          texts++;
          job.next++;
        }
        if (job.next > from) parts.push({ job, from, count: job.next - from });
        if (job.next < job.texts.length) break;
      }
      jobs = jobs.filter((job) => job.next < job.texts.length);
      waiting -= texts;
      return {
        parts,
        texts: parts.flatMap(({ job, from, count }) => job.texts.slice(from, from + count)),
      };
    },
    jobs: () => jobs,
    waitingTexts: () => waiting,
  };
}
