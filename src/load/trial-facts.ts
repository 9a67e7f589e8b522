import * as z from 'zod';
import { OUTCOMES } from '../core/outcome.ts';

/**
 * What a trial found besides its samples, small enough for a journal line. Together with the samples it is all
 * that a cell's row needs.
 */
export const trialFactsSchema = z.strictObject({
  /** Window in milliseconds from the origin of the samples; absent when it never opened. */
  window: z.strictObject({ openMs: z.number(), closeMs: z.number() }).exactOptional(),
  cancelled: z.boolean(),
  /** Latency and throughput had settled when the window opened. */
  settled: z.boolean(),
  timeoutMs: z.number(),
  threads: z.int(),
  /** Measured mean number of requests in flight. */
  meanInFlight: z.number(),
  /** Released − due of the window's requests. */
  latenessMs: z.strictObject({ p50: z.number(), p99: z.number(), n: z.int() }).exactOptional(),
  /** Due in the window by the timetable; open loops only. */
  dueInWindow: z.int().exactOptional(),
  eventLoopUtilisation: z.number().exactOptional(),
  eventLoopDelayP99Ms: z.number().exactOptional(),
  cpuFraction: z.number().exactOptional(),
  waitedForCpuFraction: z.number().exactOptional(),
  gcMs: z.number().exactOptional(),
  newSockets: z.int(),
  /** Sending paused because decoding was behind. */
  heldMs: z.number(),
  foreignCpuFraction: z.number().exactOptional(),
  ceilingRequestsPerSecond: z.number().exactOptional(),
  vectors: z.strictObject({
    checked: z.int(),
    base64: z.int(),
    normMin: z.number().exactOptional(),
    normMax: z.number().exactOptional(),
  }),
  sentinelCosineMin: z.number().exactOptional(),
  /** Texts of this trial that the run had sent before; none are allowed but in a `warm` cell. */
  reusedTexts: z.int(),
  /** First message of every kind of failure. */
  messages: z.partialRecord(z.enum(OUTCOMES).exclude(['ok']), z.string()),
});
export type TrialFacts = z.infer<typeof trialFactsSchema>;
