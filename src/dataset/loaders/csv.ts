import { UsageError } from '../../core/errors.ts';
import { type CsvRecord, createCsvRecordReader } from './csv-records.ts';
import { readFileLines } from './file-lines.ts';
import { missingColumn } from './missing-column.ts';
import type { BrokenRow, DatasetLoader, SourceRequest, SourceRow } from './source.ts';

/** CSV (RFC 4180) with a header line, any size. */
export const csvLoader: DatasetLoader = { endings: ['.csv', '.tsv'], read: readCsv };

interface Header {
  readonly width: number;
  /** Field position of every asked column. */
  readonly positions: readonly number[];
}

async function* readCsv(request: SourceRequest, signal?: AbortSignal): AsyncGenerator<SourceRow[]> {
  const delimiter = request.delimiter ?? (request.path.toLowerCase().endsWith('.tsv') ? '\t' : ',');
  if (/["\r\n]/.test(delimiter)) {
    throw new UsageError('a quote or a line end cannot separate fields', {
      where: request.source,
      hint: 'Set dataset.delimiter to the character between two columns, such as ";".',
    });
  }
  const reader = createCsvRecordReader(delimiter);
  let header: Header | undefined;
  const rowsOf = (records: readonly (CsvRecord | BrokenRow)[]): SourceRow[] => {
    if (records.length === 0) return [];
    if (header === undefined) {
      header = readHeader(records[0]!, request, delimiter);
      return records.slice(1).map((record) => sourceRow(record, header!));
    }
    return records.map((record) => sourceRow(record, header!));
  };
  for await (const lines of readFileLines(request.path, request.source, signal)) {
    yield rowsOf(reader.push(lines));
  }
  yield rowsOf(reader.end());
}

function readHeader(record: CsvRecord | BrokenRow, request: SourceRequest, delimiter: string): Header {
  if ('problem' in record) {
    const notUtf8 = record.problem.reason === 'notUtf8';
    throw new UsageError(
      notUtf8 ? 'the header line is not UTF-8' : `the header line is broken: ${record.problem.message}`,
      {
        where: `${request.source}:${record.line}`,
        hint: notUtf8
          ? 'Save the file as UTF-8, for example: iconv -f GB18030 -t UTF-8 in.csv > out.csv'
          : 'The first line must name the columns.',
      },
    );
  }
  const names = record.fields.map((name) => name.trim());
  const positions = request.columns.map((column) => {
    const position = names.indexOf(column);
    if (position < 0) {
      throw missingColumn(request.source, column, names, delimiterHint(names, delimiter));
    }
    if (names.lastIndexOf(column) !== position) {
      throw new UsageError(`the header names the column ${column} twice`, {
        where: `${request.source}:${record.line}`,
        hint: 'Give every column that dataset uses a name of its own.',
      });
    }
    return position;
  });
  return { width: names.length, positions };
}

/** A header of one column that holds another separator: the delimiter is wrong. */
function delimiterHint(names: readonly string[], delimiter: string): string | undefined {
  if (names.length !== 1) return undefined;
  const other = [';', '\t', ',', '|'].find((d) => d !== delimiter && names[0]!.includes(d));
  if (other === undefined) return undefined;
  return `The header has one column only; set dataset.delimiter: ${JSON.stringify(other)}.`;
}

function sourceRow(record: CsvRecord | BrokenRow, header: Header): SourceRow {
  if ('problem' in record) return record;
  const { line, fields } = record;
  if (fields.length !== header.width) {
    const message = `the row has ${fields.length} fields, the header ${header.width}`;
    return { line, problem: { reason: 'missingColumn', message } };
  }
  return { line, values: header.positions.map((position) => fields[position]) };
}
