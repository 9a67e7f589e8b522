import { isUtf8 } from 'node:buffer';
import { toError } from '../../core/errors.ts';
import { type FileLine, MAX_LINE_BYTES, readFileLines, withoutLineEnd } from './file-lines.ts';
import { missingColumn } from './missing-column.ts';
import type { DatasetLoader, SourceRequest, SourceRow } from './source.ts';

/** One JSON object per line, any size. A column such as `meta.stars` also reads a member of a member. */
export const jsonlLoader: DatasetLoader = { endings: ['.jsonl', '.ndjson'], read: readJsonl };

async function* readJsonl(request: SourceRequest, signal?: AbortSignal): AsyncGenerator<SourceRow[]> {
  const unseen = new Set(request.columns);
  let firstKeys: string[] | undefined;
  const rowOf = (line: FileLine): SourceRow => {
    const object = parseLine(line);
    if ('problem' in object) return { line: line.number, problem: object.problem };
    firstKeys ??= Object.keys(object.value);
    const values = request.columns.map((column) => {
      const value = member(object.value, column);
      if (value !== undefined) unseen.delete(column);
      return value;
    });
    return { line: line.number, values };
  };
  for await (const lines of readFileLines(request.path, request.source, signal)) {
    yield lines.filter((line) => line.tooLong || withoutLineEnd(line.bytes).length > 0).map(rowOf);
  }
  const [column] = unseen;
  if (firstKeys !== undefined && column !== undefined) {
    throw missingColumn(request.source, column, firstKeys);
  }
}

type ParsedLine =
  | { readonly value: Record<string, unknown> }
  | Pick<Extract<SourceRow, { problem: unknown }>, 'problem'>;

function parseLine(line: FileLine): ParsedLine {
  if (line.tooLong) {
    const message = `the line is longer than ${MAX_LINE_BYTES / 1024 / 1024} MiB`;
    return { problem: { reason: 'tooLong', message } };
  }
  if (!isUtf8(line.bytes)) return { problem: { reason: 'notUtf8', message: 'the line is not UTF-8' } };
  try {
    const value: unknown = JSON.parse(line.bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { value: value as Record<string, unknown> };
    }
    return { problem: { reason: 'notJson', message: 'the line is not a JSON object' } };
  } catch (error) {
    return { problem: { reason: 'notJson', message: `the line is not JSON: ${toError(error).message}` } };
  }
}

function member(object: Record<string, unknown>, column: string): unknown {
  if (Object.hasOwn(object, column)) return object[column];
  let value: unknown = object;
  for (const key of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
