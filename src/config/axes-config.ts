import * as z from 'zod';
import { DTYPES, ENCODINGS, TRANSPORTS } from '../core/axes.ts';

const listOf = <T extends z.ZodType>(item: T) => z.array(item).min(1);

/** The swept settings. A setting that is not swept is a list of one. */
export const axesConfigSchema = z.strictObject({
  dimensions: listOf(z.int().min(1).max(65536)),
  /** Name → the instruction's sentence, or null for none. The first is the reference. */
  instruction: z
    .record(z.string().min(1), z.string().min(1).nullable())
    .refine((r) => Object.keys(r).length > 0, { message: 'name at least one instruction (none: null)' })
    .default({ none: null }),
  batchSize: listOf(z.int().min(1).max(4096)).default([1]),
  /** Closed loops: requests in flight. */
  concurrency: z.array(z.int().min(1).max(4096)).default([1]),
  /** Open loops: requests per second that are due. */
  rate: z.array(z.number().positive().max(100_000)).default([]),
  encoding: listOf(z.enum(ENCODINGS)).default(['float']),
  transport: listOf(z.enum(TRANSPORTS)).default(['wire']),
  dtype: listOf(z.enum(DTYPES)).default(['float32']),
  /** Name → extra arguments of `server.launch.command`; the server restarts between groups of cells. */
  serverArgs: z.record(z.string().min(1), z.array(z.string())).exactOptional(),
});
