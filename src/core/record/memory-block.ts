import * as z from 'zod';
import { DTYPES } from '../axes.ts';

/** Three memories that must never be read as one: the server's, the client's, and the stored vectors'. */
export const memoryBlockSchema = z.strictObject({
  server: z
    .strictObject({
      /** Resident set of the server's process tree when it is local: at the start, and the largest seen. */
      rssBytes: z.int().exactOptional(),
      rssPeakBytes: z.int().exactOptional(),
      pssBytes: z.int().exactOptional(),
      /** Charged to the server's control group, page cache included: at the end, and the largest ever. */
      cgroupBytes: z.int().exactOptional(),
      cgroupPeakBytes: z.int().exactOptional(),
      /** The server's own split, when it gives one. */
      weightBytes: z.int().exactOptional(),
      kvPoolBytes: z.int().exactOptional(),
      graphBytes: z.int().exactOptional(),
      tokenCapacity: z.int().exactOptional(),
      gpus: z
        .array(
          z.strictObject({
            index: z.int(),
            name: z.string().exactOptional(),
            usedBytes: z.int().exactOptional(),
            totalBytes: z.int().exactOptional(),
          }),
        )
        .exactOptional(),
      /** The server reserves its memory at start, so a flat line is no finding. */
      preallocated: z.boolean().exactOptional(),
    })
    .exactOptional(),
  client: z.strictObject({ rssPeakBytes: z.int() }),
  vectorBytes: z.array(
    z.strictObject({ dimensions: z.int(), dtype: z.enum(DTYPES), bytesPerVector: z.int() }),
  ),
});
export type MemoryBlock = z.infer<typeof memoryBlockSchema>;
