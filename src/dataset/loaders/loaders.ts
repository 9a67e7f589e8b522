import { csvLoader } from './csv.ts';
import { jsonlLoader } from './jsonl.ts';
import { parquetLoader } from './parquet.ts';
import { reviewsLoader } from './reviews.ts';
import type { DatasetLoader } from './source.ts';

/** Every source of rows: file formats by the name that `dataset.format` takes, built-in data by theirs. */
export const DATASET_LOADERS = {
  csv: csvLoader,
  jsonl: jsonlLoader,
  parquet: parquetLoader,
  reviews: reviewsLoader,
} as const satisfies Record<string, DatasetLoader>;

export type LoaderName = keyof typeof DATASET_LOADERS;
