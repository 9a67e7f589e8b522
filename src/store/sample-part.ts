import * as z from 'zod';

/** `samples/<cell id>.<trial index>.parquet`; nothing else, so that a journal cannot point anywhere else. */
const PART_PATH = /^samples\/([0-9a-f]{12})\.(0|[1-9]\d{0,5})\.parquet$/;

/** The samples of one trial, as a file of the run folder. */
export const samplePartSchema = z.strictObject({
  file: z.string().regex(PART_PATH),
  rows: z.int().nonnegative(),
  bytes: z.int().positive(),
});
export type SamplePart = z.infer<typeof samplePartSchema>;

/**
 * Path of a trial's part inside the run folder.
 *
 * @throws TypeError when the cell id or the trial index is none
 */
export function samplePartFile(cell: string, trial: number): string {
  const file = `samples/${cell}.${trial}.parquet`;
  if (!PART_PATH.test(file)) throw new TypeError(`not a cell id and a trial index: ${cell}, ${trial}`);
  return file;
}
