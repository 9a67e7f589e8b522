import * as z from 'zod';
import { ARRIVALS, CACHE_MODES, ENCODINGS, TRANSPORTS } from '../axes.ts';
import { OUTCOMES } from '../outcome.ts';
import { scoreSchema, validitySchema } from './score.ts';

const pairSchema = z.tuple([z.number(), z.number()]);

/**
 * A latency distribution in milliseconds over pooled raw samples; percentiles are nearest-rank. A percentile
 * that the sample is too small to carry is absent.
 */
export const distributionSchema = z.strictObject({
  n: z.int().nonnegative(),
  p50: z.number().exactOptional(),
  p90: z.number().exactOptional(),
  p95: z.number().exactOptional(),
  p99: z.number().exactOptional(),
  mean: z.number().exactOptional(),
  max: z.number().exactOptional(),
  min: z.number().exactOptional(),
  /** 95 % order-statistic intervals of the percentiles that are present. */
  intervals: z
    .strictObject({
      p50: pairSchema.exactOptional(),
      p90: pairSchema.exactOptional(),
      p95: pairSchema.exactOptional(),
      p99: pairSchema.exactOptional(),
    })
    .exactOptional(),
});
export type Distribution = z.infer<typeof distributionSchema>;

const failedSchema = z.partialRecord(z.enum(OUTCOMES).exclude(['ok']), z.int());

/** One repeat of a load cell. */
export const trialSchema = z.strictObject({
  index: z.int(),
  startedAt: z.string(),
  /** Length of the timed window. */
  seconds: z.number(),
  warmupSeconds: z.number(),
  steady: z.boolean(),
  sent: z.int(),
  ok: z.int(),
  failed: failedSchema,
  serviceP50Ms: z.number().exactOptional(),
  serviceP95Ms: z.number().exactOptional(),
  serviceP99Ms: z.number().exactOptional(),
  responseP50Ms: z.number().exactOptional(),
  responseP95Ms: z.number().exactOptional(),
  responseP99Ms: z.number().exactOptional(),
  requestsPerSecond: z.number(),
  textsPerSecond: z.number(),
});
export type Trial = z.infer<typeof trialSchema>;

/** What the client did to itself while it measured. */
export const clientHonestySchema = z.strictObject({
  eventLoopUtilisation: z.number().exactOptional(),
  eventLoopDelayP99Ms: z.number().exactOptional(),
  cpuFraction: z.number().exactOptional(),
  gcMs: z.number().exactOptional(),
  newSockets: z.int().exactOptional(),
  workers: z.int().exactOptional(),
  /** sent − intended, open loops. */
  sendLatenessMs: z.strictObject({ p50: z.number(), p99: z.number() }).exactOptional(),
  /** Requests per second this client reached against a null server with this cell's own payload. */
  ceilingRequestsPerSecond: z.number().exactOptional(),
  /** Mean in flight, measured, against throughput × mean service time. */
  littlesLaw: z.strictObject({ inFlight: z.number(), predicted: z.number() }).exactOptional(),
  /** CPU that other processes took on this machine during the windows, 0–1 of all cores. */
  foreignCpuFraction: z.number().exactOptional(),
});
export type ClientHonesty = z.infer<typeof clientHonestySchema>;

/** The server's own story of the windows. */
export const serverStorySchema = z.strictObject({
  /** Counter deltas over the windows, summed over labels. */
  counters: z.record(z.string(), z.number()).exactOptional(),
  /** Gauges during the windows. */
  gauges: z
    .record(z.string(), z.strictObject({ min: z.number(), max: z.number(), last: z.number() }))
    .exactOptional(),
  /** Largest resident set of the server's process tree during the windows. */
  rssBytes: z.int().exactOptional(),
  gpuMemoryBytes: z.int().exactOptional(),
  gpuUtilisation: z.number().exactOptional(),
  gpuPowerWatts: z.number().exactOptional(),
});
export type ServerStory = z.infer<typeof serverStorySchema>;

/** One load cell over all its trials. */
export const loadRowSchema = z.strictObject({
  id: z.string(),
  dimensions: z.int(),
  instruction: z.string(),
  batchSize: z.int(),
  arrivals: z.enum(ARRIVALS),
  concurrency: z.int().exactOptional(),
  rate: z.number().exactOptional(),
  encoding: z.enum(ENCODINGS),
  transport: z.enum(TRANSPORTS),
  cache: z.enum(CACHE_MODES),
  serverArgs: z.string().exactOptional(),
  latencyMs: z.strictObject({
    /** sent → last byte. */
    service: distributionSchema,
    /** intended → last byte. */
    response: distributionSchema,
    /** sent → header block: comparable with tools that stop their clock there. */
    headers: distributionSchema.exactOptional(),
    /** sent → decoded: comparable with tools that count decoding. */
    decoded: distributionSchema.exactOptional(),
    /** intended → last byte with every time-out counted at its limit. */
    all: distributionSchema.exactOptional(),
  }),
  /** last byte → decoded, on the decoding thread. */
  decodeMs: distributionSchema.exactOptional(),
  throughput: z.strictObject({
    requestsPerSecond: z.number(),
    textsPerSecond: z.number(),
    tokensPerSecond: z.number().exactOptional(),
    bytesPerSecond: z.number(),
  }),
  /** Share and rate of requests that met `load.slo`. */
  goodput: z.strictObject({ share: z.number(), requestsPerSecond: z.number() }).exactOptional(),
  requests: z.strictObject({ sent: z.int(), ok: z.int(), failed: failedSchema }),
  /** Service latency over the run in equal slices, for the picture: [start s, p50 ms, n]. */
  timeline: z.array(z.tuple([z.number(), z.number(), z.int()])).exactOptional(),
  /** Timed windows on the timeline's clock, [start s, end s], one per trial; what lies outside is warm-up. */
  timelineWindows: z.array(pairSchema).exactOptional(),
  /** 101 points of the service-latency ECDF (0 %, 1 % … 100 %), ms. */
  ecdfMs: z.array(z.number()).exactOptional(),
  vectors: z
    .strictObject({
      checked: z.int(),
      normMin: z.number(),
      normMax: z.number(),
      /** Least cosine of the sentinel texts to their quiet vectors, under this cell's load. */
      sentinelCosineMin: z.number().exactOptional(),
    })
    .exactOptional(),
  trials: z.array(trialSchema),
  client: clientHonestySchema,
  server: serverStorySchema.exactOptional(),
  validity: validitySchema,
  /** A command line that measures this cell alone. */
  reproduce: z.string().exactOptional(),
});
export type LoadRow = z.infer<typeof loadRowSchema>;

/** Answer of a search for the highest load that meets the objective, or for the knee of the curve. */
export const searchRowSchema = z.strictObject({
  kind: z.enum(['slo', 'knee']),
  over: z.enum(['rate', 'concurrency']),
  cells: z.array(z.string()),
  /** Highest load that met the objective; absent when even the lowest did not. */
  best: z.number().exactOptional(),
  /** Lowest load that did not. */
  exceeded: z.number().exactOptional(),
  objective: z.string(),
  note: z.string().exactOptional(),
  fixed: z.record(z.string(), z.union([z.string(), z.number()])),
  slo: scoreSchema.exactOptional(),
});
export type SearchRow = z.infer<typeof searchRowSchema>;
