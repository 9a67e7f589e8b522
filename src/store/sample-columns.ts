import type { FileMetaData } from 'hyparquet';
import { type AsyncBuffer, parquetRead } from 'hyparquet';
import { type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { OUTCOMES } from '../core/outcome.ts';
import type { SampleTable } from '../core/samples.ts';

const STAMPS = ['intendedMs', 'sentMs', 'headersMs', 'lastByteMs', 'decodedMs'] as const;
const COUNTS = ['texts', 'tokens', 'bytes', 'outcome', 'inWindow'] as const;
const COLUMNS = [...STAMPS, ...COUNTS];
type ColumnName = (typeof COLUMNS)[number];

/** Rows that are encoded, or decoded, at a time: what bounds the memory. */
export const ROW_GROUP = 65_536;

/** Which trial a row belongs to. */
export interface TrialKey {
  readonly cell: string;
  readonly trial: number;
}

/** Takes tables one after another and makes one Parquet file of them. */
export interface SampleWriter {
  write(key: TrialKey, table: SampleTable): void;
  finish(): void;
}

/**
 * Opens a Parquet file for samples: a column for each of the table's, REQUIRED, stamps as DOUBLE (NaN where a
 * stamp never came), counts as INT32, and `cell` and `trial` beside them, so that any Parquet tool can group.
 *
 * @param metadata key–value pairs for the file's footer
 */
export function createSampleWriter(path: string, metadata: Readonly<Record<string, string>>): SampleWriter {
  const schema = schemaFromColumnData({
    columnData: columnsOf({ cell: '', trial: 0 }, emptySamples(0), 0, 0),
  });
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema,
    statistics: false,
    createdBy: 'dimsweep',
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return {
    write: (key, table) => {
      for (let from = 0; from < table.length; from += ROW_GROUP) {
        const to = Math.min(table.length, from + ROW_GROUP);
        const columnData = columnsOf(key, table, from, to).map(withoutType);
        void writer.write({ columnData, rowGroupSize: to - from });
      }
    },
    finish: () => void writer.finish(),
  };
}

/**
 * Rows `from` (included) to `to` (not included) of a samples file as a table.
 *
 * @throws Error when a column is missing or holds something else
 */
export async function readSampleRows(
  file: AsyncBuffer,
  metadata: FileMetaData,
  from: number,
  to: number,
): Promise<SampleTable> {
  const table = emptySamples(to - from);
  const filled = new Map<ColumnName, number>();
  await parquetRead({
    file,
    metadata,
    rowStart: from,
    rowEnd: to,
    columns: [...COLUMNS],
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columnName as ColumnName;
      filled.set(column, (filled.get(column) ?? 0) + copyRows(table[column], columnData, rowStart - from));
    },
  });
  const missing = COLUMNS.find((column) => (filled.get(column) ?? 0) !== table.length);
  if (missing !== undefined && table.length > 0) throw new Error(`the column ${missing} is incomplete`);
  if (table.outcome.some((code) => code >= OUTCOMES.length)) throw new Error('an outcome code is unknown');
  return table;
}

/** A table of `length` rows, all zero. */
export function emptySamples(length: number): SampleTable {
  return {
    length,
    intendedMs: new Float64Array(length),
    sentMs: new Float64Array(length),
    headersMs: new Float64Array(length),
    lastByteMs: new Float64Array(length),
    decodedMs: new Float64Array(length),
    texts: new Int32Array(length),
    tokens: new Int32Array(length),
    bytes: new Int32Array(length),
    outcome: new Uint8Array(length),
    inWindow: new Uint8Array(length),
  };
}

function columnsOf(key: TrialKey, table: SampleTable, from: number, to: number): ColumnSource[] {
  const rows = to - from;
  const common = { nullable: false, offsetIndex: false };
  return [
    { ...common, name: 'cell', type: 'STRING', data: new Array<string>(rows).fill(key.cell) },
    { ...common, name: 'trial', type: 'INT32', data: new Int32Array(rows).fill(key.trial) },
    ...STAMPS.map(
      (name) =>
        ({
          ...common,
          name,
          type: 'DOUBLE',
          // Stamps of neighbouring rows share their high bytes: a third smaller than PLAIN.
          encoding: 'BYTE_STREAM_SPLIT',
          data: table[name].subarray(from, to),
        }) as const,
    ),
    ...COUNTS.map(
      (name) =>
        ({ ...common, name, type: 'INT32', data: Int32Array.from(table[name].subarray(from, to)) }) as const,
    ),
  ];
}

/** The writer knows the types from the schema and takes no second word on them. */
function withoutType({ type: _, ...column }: ColumnSource): ColumnSource {
  return column;
}

/** Copies what lies inside the target; a chunk may begin before it and end behind it. */
function copyRows(
  target: Float64Array | Int32Array | Uint8Array,
  source: ArrayLike<unknown>,
  offset: number,
): number {
  let copied = 0;
  for (let i = Math.max(0, -offset); i < source.length && offset + i < target.length; i++) {
    const value = source[i];
    if (typeof value !== 'number') throw new Error(`a value is a ${typeof value}, not a number`);
    target[offset + i] = value;
    copied++;
  }
  return copied;
}
