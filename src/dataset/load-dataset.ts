import { basename, extname, resolve } from 'node:path';
import type { DatasetConfig } from '../config/dataset-config.ts';
import { UsageError } from '../core/errors.ts';
import type { Dataset } from './dataset.ts';
import { DATASET_LOADERS, type LoaderName } from './loaders/loaders.ts';
import type { SourceRequest } from './loaders/source.ts';
import { columnsToRead, fileColumns, reviewsColumns } from './row-columns.ts';
import { createRowIntake } from './row-intake.ts';
import { stratifiedSample } from './stratified-sample.ts';

interface LoadOptions {
  /** Folder that a relative `dataset.path` starts from: the config file's. */
  readonly baseDirectory: string;
  /** Seed of the sample that `dataset.limit` draws. */
  readonly seed: number;
}

/**
 * Reads the data a config names: filter, labels, bad rows, sample. Rows stay in the order of the source; without
 * an id column an item's id is its 1-based row number in the source, bad and filtered rows counted, so that it
 * stays the same whatever is left out.
 *
 * @throws UsageError when the source cannot be read, lacks a column, or no row is left; with
 *   `onBadRow: error` at the first bad row
 * @throws the signal's reason when it aborts
 */
export async function loadDataset(
  config: DatasetConfig,
  options: LoadOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  const { loader, columns, name, request } = openSource(config, options.baseDirectory);
  const intake = createRowIntake(config, columns, name, request.source);
  for await (const rows of DATASET_LOADERS[loader].read(request, signal)) {
    signal?.throwIfAborted();
    for (const row of rows) intake.add(row);
  }
  const dataset = intake.finish();
  return config.limit === undefined ? dataset : stratifiedSample(dataset, config.limit, options.seed);
}

function openSource(config: DatasetConfig, baseDirectory: string) {
  if (config.builtin !== undefined) {
    const columns = reviewsColumns(config);
    const request: SourceRequest = {
      path: '',
      source: `builtin:${config.builtin}`,
      columns: columnsToRead(columns),
    };
    return { loader: config.builtin, columns, name: config.builtin, request };
  }
  const source = config.path ?? '';
  const columns = fileColumns(config);
  const request: SourceRequest = {
    path: resolve(baseDirectory, source),
    source,
    columns: columnsToRead(columns),
    ...(config.delimiter === undefined ? {} : { delimiter: config.delimiter }),
  };
  const name = basename(source, extname(source));
  return { loader: config.format ?? formatOf(source), columns, name, request };
}

/** The format by the file's ending. */
function formatOf(source: string): LoaderName {
  const ending = extname(source).toLowerCase();
  const names = Object.keys(DATASET_LOADERS) as LoaderName[];
  const match = names.find((name) => (DATASET_LOADERS[name].endings as readonly string[]).includes(ending));
  if (match !== undefined) return match;
  throw new UsageError(`the ending of ${source} tells no format`, {
    where: source,
    hint: 'Set dataset.format to csv, jsonl or parquet.',
  });
}
