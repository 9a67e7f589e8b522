import { parse } from 'csv-parse/sync';
import type * as z from 'zod';
import { UsageError } from '../../../core/errors.ts';

/** A row of a task's data file, with the line it begins on. */
interface TableRow {
  readonly line: number;
  readonly value: unknown;
}

/**
 * Reads a task's data file: JSON lines, or CSV/TSV with a header (by the file's ending), each row checked
 * against a schema.
 *
 * @param file the name that errors give
 * @throws UsageError that names file and line: not JSON, broken quoting, a missing or wrong field, no rows
 */
export function tableRows<Row>(text: string, file: string, schema: z.ZodType<Row>): Row[] {
  const rows = /\.[ct]sv$/i.test(file) ? delimitedRows(text, file) : jsonRows(text, file);
  if (rows.length === 0) {
    throw new UsageError('the file holds no rows', { where: file, hint: 'check the path of the task' });
  }
  return rows.map(({ line, value }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
    throw new UsageError(`${field}${issue?.message ?? 'the row is not as expected'}`, {
      where: `${file}:${line}`,
    });
  });
}

function jsonRows(text: string, file: string): TableRow[] {
  return withoutMark(text)
    .split(/\r?\n/)
    .flatMap((source, i) =>
      source.trim() === '' ? [] : [{ line: i + 1, value: parseJson(source, file, i + 1) }],
    );
}

function parseJson(source: string, file: string, line: number): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new UsageError('the line is not JSON', { where: `${file}:${line}`, cause });
  }
}

function delimitedRows(text: string, file: string): TableRow[] {
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(withoutMark(text), {
      columns: true,
      delimiter: /\.tsv$/i.test(file) ? '\t' : ',',
      info: true,
      skip_empty_lines: true,
    });
    // csv-parse gives the line a record ends on; texts with line breaks begin earlier.
    return records.map(({ record, info }) => ({ line: info.lines - breaksIn(record), value: record }));
  } catch (cause) {
    const line = (cause as { lines?: number }).lines;
    throw new UsageError(
      `the table cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        where: line === undefined ? file : `${file}:${line}`,
        hint: 'quote fields that hold the delimiter, a quote or a line break',
        cause,
      },
    );
  }
}

function breaksIn(record: Record<string, string>): number {
  return Object.values(record).reduce((total, field) => total + (field.match(/\n/g)?.length ?? 0), 0);
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
