import * as z from 'zod';

const labelValueSchema = z.union([z.string(), z.number(), z.boolean()]);

/** Where the texts and labels come from. Either `builtin` or `path`. */
export const datasetConfigSchema = z
  .strictObject({
    builtin: z.enum(['reviews']).exactOptional(),
    /** CSV, JSONL or Parquet file, relative to the config file. */
    path: z.string().exactOptional(),
    /** Default: by the file's ending (.csv, .tsv, .jsonl, .ndjson, .parquet). */
    format: z.enum(['csv', 'jsonl', 'parquet']).exactOptional(),
    text: z.string().default('text'),
    /** Column of the class; a row without it is bad. */
    label: z.string().exactOptional(),
    /** Column of unique ids; default: the row number. */
    id: z.string().exactOptional(),
    /** Further label columns, for clustering by several labels side by side; they may be empty in places. */
    extraLabels: z.array(z.string()).default([]),
    /** Class name → raw values of `label` that mean it: 4, "4" and "4.0" are one. A value in no list makes a bad row. */
    labels: z.record(z.string(), z.array(labelValueSchema).min(1)).exactOptional(),
    /** Keeps rows whose column has one of these values. */
    where: z.record(z.string(), z.union([labelValueSchema, z.array(labelValueSchema)])).default({}),
    /** Stratified, seeded sample of this many rows. */
    limit: z.int().positive().exactOptional(),
    onBadRow: z.enum(['skip', 'error']).default('skip'),
    /** Field separator of a CSV file; default: a comma, in a .tsv file a tab. */
    delimiter: z.string().length(1).exactOptional(),
  })
  .refine((d) => (d.builtin === undefined) !== (d.path === undefined), {
    message: 'give either builtin or path',
  });
export type DatasetConfig = z.infer<typeof datasetConfigSchema>;
