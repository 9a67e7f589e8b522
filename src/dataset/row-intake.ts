import type { DatasetConfig } from '../config/dataset-config.ts';
import { UsageError } from '../core/errors.ts';
import { type BadRowLog, createBadRowLog, type RowProblem } from './bad-row-log.ts';
import { createDataset, type Dataset, type Label } from './dataset.ts';
import { createLabelMap } from './label-map.ts';
import { className, quoted } from './label-value.ts';
import type { GoodRow, SourceRow } from './loaders/source.ts';
import { columnsToRead, labelColumnsOf, type RowColumns } from './row-columns.ts';
import { createRowFilter } from './row-filter.ts';

/** Takes source rows in order and keeps the good ones as columns. */
export interface RowIntake {
  /** @throws UsageError at a bad row when the config asks for that */
  add(row: SourceRow): void;
  /** @throws UsageError when no row is left, saying what became of them */
  finish(): Dataset;
}

/** One item, or why its row gives none. */
type Item = { readonly id: string; readonly text: string; readonly labels: readonly Label[] };
type Reading = Item | RowProblem | 'filtered';

/**
 * @param columns as {@link columnsToRead} orders the values of every row
 * @param source the file as the config names it
 */
export function createRowIntake(
  config: DatasetConfig,
  columns: RowColumns,
  name: string,
  source: string,
): RowIntake {
  const log = createBadRowLog(source, config.onBadRow);
  const readItem = createItemReader(config, columns);
  const labelColumns = labelColumnsOf(columns);
  const seen = new Set<string>();
  const items: Item[] = [];
  let sourceRows = 0;
  let filtered = 0;
  const take = (row: GoodRow): void => {
    const reading = readItem(row, sourceRows);
    if (reading === 'filtered') filtered++;
    else if ('reason' in reading) log.add(row.line, reading);
    else if (seen.has(reading.id)) {
      const message = `the id ${quoted(reading.id)} occurred before`;
      log.add(row.line, { reason: 'duplicateId', message });
    } else {
      seen.add(reading.id);
      items.push(reading);
    }
  };
  return {
    add(row) {
      sourceRows++;
      if ('problem' in row) log.add(row.line, row.problem);
      else take(row);
    },
    finish() {
      if (items.length === 0) throw noRowsLeft(source, sourceRows, filtered, log);
      return createDataset({
        name,
        source,
        ids: items.map((item) => item.id),
        texts: items.map((item) => item.text),
        labels: Object.fromEntries(
          labelColumns.map((column, i) => [column, items.map((item) => item.labels[i]!)]),
        ),
        labelColumns,
        badRows: log.result(),
        sourceRows,
      });
    },
  };
}

function createItemReader(config: DatasetConfig, columns: RowColumns) {
  const order = columnsToRead(columns);
  const position = new Map(order.map((column, i) => [column, i]));
  const mapLabel = createLabelMap(config.labels);
  const passes = createRowFilter(config.where);
  const classes = Object.keys(config.labels ?? {});

  const readLabel = (raw: unknown): Label | RowProblem => {
    const mapped = mapLabel(raw);
    if (mapped.kind === 'class') return mapped.name;
    const column = quoted(columns.label);
    if (typeof raw === 'object' && raw !== null) {
      return { reason: 'wrongType', message: `${column} is ${quoted(raw)}, not a class` };
    }
    if (mapped.kind === 'missing') return { reason: 'missingLabel', message: `${column} has no value` };
    const listed = classes.map(quoted).join(', ');
    const message = `${column} is ${quoted(raw)}, which dataset.labels lists under none of ${listed}`;
    return { reason: 'unknownLabel', message };
  };

  return (row: GoodRow, rowNumber: number): Reading => {
    const value = (column: string): unknown => row.values[position.get(column)!];
    if (!passes(value)) return 'filtered';
    const text = value(columns.text);
    const textProblem = problemOfText(text, columns.text);
    if (textProblem !== undefined) return textProblem;
    const id = columns.id === undefined ? String(rowNumber) : className(value(columns.id));
    if (id === null) return { reason: 'missingId', message: `${quoted(columns.id)} has no value` };
    const extra = columns.extraLabels.map((column) => className(value(column)));
    if (columns.label === undefined) return { id, text: String(text), labels: extra };
    const label = readLabel(value(columns.label));
    if (label !== null && typeof label === 'object') return label;
    return { id, text: String(text), labels: [label, ...extra] };
  };
}

function problemOfText(text: unknown, column: string): RowProblem | undefined {
  if (text === undefined) {
    return { reason: 'missingColumn', message: `the row has no ${quoted(column)}` };
  }
  if (typeof text === 'object' && text !== null) {
    return { reason: 'wrongType', message: `${quoted(column)} is ${quoted(text)}, not a text` };
  }
  if (text === null || String(text).trim() === '') {
    return { reason: 'emptyText', message: `${quoted(column)} is empty` };
  }
  if (/\p{Surrogate}/u.test(String(text))) {
    return { reason: 'notUtf8', message: `${quoted(column)} holds half a surrogate pair` };
  }
  return undefined;
}

function noRowsLeft(source: string, sourceRows: number, filtered: number, log: BadRowLog): UsageError {
  if (sourceRows === 0) {
    return new UsageError('the data hold no rows', {
      where: source,
      hint: 'A CSV file needs a header line and rows behind it, a JSONL file one object per line.',
    });
  }
  const { count, shown } = log.result();
  const first = shown[0];
  const parts = [
    ...(filtered > 0 ? [`dataset.where dropped ${filtered}`] : []),
    ...(count > 0 ? [`${count} are bad (${log.summary()})`] : []),
  ];
  return new UsageError(`of the ${sourceRows} rows of the data none is left: ${parts.join(', ')}`, {
    where: first === undefined ? source : `${source}:${first.line}`,
    hint:
      first === undefined
        ? 'Widen dataset.where: no row has the values it asks for.'
        : `The first bad row: ${first.message}. Check dataset.text, dataset.label and dataset.labels.`,
  });
}
