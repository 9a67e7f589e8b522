import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { toError, UsageError } from '../../core/errors.ts';
import { unreadable } from './file-lines.ts';
import { missingColumn } from './missing-column.ts';
import type { DatasetLoader, SourceRequest, SourceRow } from './source.ts';

/** Apache Parquet, as data set hubs publish it. A row's line is its 1-based row number. */
export const parquetLoader: DatasetLoader = { endings: ['.parquet'], read: readParquet };

const ROWS_PER_BLOCK = 10_000;

/** Snappy and uncompressed pages are read by hyparquet itself. */
const compressors: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
};

async function* readParquet(request: SourceRequest, signal?: AbortSignal): AsyncGenerator<SourceRow[]> {
  const { file, metadata } = await openParquet(request);
  const present = parquetSchema(metadata).children.map((child) => child.element.name);
  for (const column of request.columns) {
    if (!present.includes(column)) throw missingColumn(request.source, column, present);
  }
  const columns = [...new Set(request.columns)];
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += ROWS_PER_BLOCK) {
    signal?.throwIfAborted();
    const rowEnd = Math.min(rowStart + ROWS_PER_BLOCK, rows);
    const objects = await readable(request, () =>
      parquetReadObjects({ file, metadata, columns, rowStart, rowEnd, compressors }),
    );
    yield objects.map((object, i) => ({
      line: rowStart + i + 1,
      values: request.columns.map((column) => object[column] as unknown),
    }));
  }
}

async function openParquet(request: SourceRequest): Promise<{ file: AsyncBuffer; metadata: FileMetaData }> {
  let file: AsyncBuffer;
  try {
    file = await asyncBufferFromFile(request.path);
  } catch (cause) {
    throw unreadable(request.source, cause);
  }
  return { file, metadata: await readable(request, () => parquetMetadataAsync(file)) };
}

async function readable<T>(request: SourceRequest, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new UsageError(`the Parquet file cannot be read: ${toError(cause).message}`, {
      where: request.source,
      hint: 'Write it again uncompressed or with Snappy, GZIP or Brotli; or convert it to JSONL.',
      cause,
    });
  }
}
