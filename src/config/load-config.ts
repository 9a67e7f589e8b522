import * as z from 'zod';
import { ARRIVALS, CACHE_MODES } from '../core/axes.ts';

/** A latency objective, on response latency. */
export const sloSchema = z
  .strictObject({
    p50Ms: z.number().positive().exactOptional(),
    p90Ms: z.number().positive().exactOptional(),
    p95Ms: z.number().positive().exactOptional(),
    p99Ms: z.number().positive().exactOptional(),
    /** Largest share of requests that may fail. */
    errorShare: z.number().min(0).max(1).default(0),
  })
  .refine((s) => s.p50Ms ?? s.p90Ms ?? s.p95Ms ?? s.p99Ms, {
    message: 'an objective needs at least one of p50Ms, p90Ms, p95Ms, p99Ms',
  });
export type Slo = z.infer<typeof sloSchema>;

export const loadConfigSchema = z.strictObject({
  /** Timed part of one trial. With `precision` this is the least time. */
  seconds: z.number().positive().default(5),
  /** Dimensions of the load cells; default: `axes.dimensions`. Latency hardly depends on them, so few will do. */
  dimensions: z.array(z.int().min(1)).min(1).exactOptional(),
  trials: z.int().min(1).max(100).default(3),
  /** Least warm-up; it goes on until the cell is steady or `maxWarmupSeconds` have passed. */
  warmupSeconds: z.number().nonnegative().default(1),
  maxWarmupSeconds: z.number().nonnegative().default(10),
  /** How open-loop requests are spaced. */
  arrivals: z.enum(ARRIVALS).exclude(['closed']).default('poisson'),
  /** Shape of gamma arrivals; 1 is Poisson, smaller is burstier. */
  burstiness: z.number().positive().default(1),
  /** Most requests in flight of an open loop; absent: as many as a client can hold (2,048). */
  maxInFlight: z.int().positive().exactOptional(),
  cache: z.enum(CACHE_MODES).default('cold'),
  /** Go on until the statistic's 95 % interval is within ± this share of its value, or the budget is spent. */
  precision: z
    .strictObject({
      statistic: z.enum(['p50', 'p90', 'p95', 'p99']).default('p50'),
      relative: z.number().gt(0).lt(1).default(0.05),
      maxSeconds: z.number().positive().default(30),
    })
    .exactOptional(),
  slo: sloSchema.exactOptional(),
  /** Look for the highest load that meets `slo`, and for the knee. */
  search: z
    .strictObject({
      over: z.enum(['rate', 'concurrency']).default('concurrency'),
      min: z.number().positive().default(1),
      max: z.number().positive().default(256),
      /** Stops when the bracket is this narrow, relative. */
      tolerance: z.number().gt(0).lt(1).default(0.1),
    })
    .exactOptional(),
  /** A cell whose share of failed requests is larger is invalid. */
  errorBudget: z.number().min(0).max(1).default(0.01),
  /** Client threads; default: one, more where the null-server ceiling shows that one is not enough. */
  workers: z.int().min(1).max(64).exactOptional(),
  /** Measure the client's own ceiling against a null server with each cell's payload. */
  ceiling: z.boolean().default(true),
});
export type LoadConfig = z.infer<typeof loadConfigSchema>;
