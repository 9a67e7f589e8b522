import { formatNumber } from '../../core/figure-text.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { Section } from '../page/blocks.ts';
import { numberCell, type TableModel, textCell } from '../page/table-model.ts';
import { type RunView, vectorName } from './run-view.ts';

/** Wrong items shown to a reader without script. */
const SAMPLE = 20;

/** Which items go wrong where. The page's script makes it a view over all cells; without it one cell is shown. */
export function errorSection(view: RunView): Section | undefined {
  const row = shownRow(view);
  const detail = row?.classification;
  if (row === undefined || detail === undefined) return undefined;
  const classified = view.record.quality.filter((other) => other.classification !== undefined);
  const total = detail.testIds.length;
  const right = detail.confusion.reduce((sum, counts, k) => sum + (counts[k] ?? 0), 0);
  const tables = [confusionTable(row), ...sampleTable(view, row)];
  return {
    id: 'errors',
    title: 'Errors',
    lead: `${formatNumber(total - right)} of ${formatNumber(total)} held-out items are classified wrongly at ${vectorName(row)}.`,
    blocks: [{ kind: 'error-view', cell: classified.indexOf(row), tables }],
  };
}

/** The quality-first winner where it was classified, else the first cell that was. */
function shownRow({ answer, record }: RunView): QualityRow | undefined {
  const chosen = answer.recommendations[0]?.winner?.candidate.quality;
  return chosen?.classification === undefined
    ? record.quality.find((row) => row.classification !== undefined)
    : chosen;
}

function confusionTable(row: QualityRow): TableModel {
  const { classes, confusion } = row.classification!;
  return {
    caption: `Confusion matrix, ${vectorName(row)}: rows are the true classes, columns what the items were taken for`,
    columns: [
      { label: 'True class' },
      ...classes.map((name) => ({ label: name, number: true })),
      { label: 'Recall', number: true },
      { label: 'n', number: true },
    ],
    rows: classes.map((name, k) => {
      const counts = confusion[k] ?? [];
      const n = counts.reduce((sum, count) => sum + count, 0);
      return {
        cells: [
          textCell(name),
          ...classes.map((_, j) => numberCell(counts[j])),
          numberCell(n === 0 ? undefined : (counts[k] ?? 0) / n, 3),
          numberCell(n),
        ],
      };
    }),
  };
}

function sampleTable({ record }: RunView, row: QualityRow): TableModel[] {
  const { classes, testIds, predicted } = row.classification!;
  const numberOf = new Map(record.items.ids.map((id, i) => [id, i]));
  const columns = Object.values(record.items.labels);
  const rows = testIds.flatMap((id, t) => {
    const item = numberOf.get(id);
    const truth = columns.map((labels) => labels[item ?? -1]).find((label) => classes.includes(label ?? ''));
    const taken = classes[predicted[t] ?? -1];
    if (item === undefined || truth === undefined || truth === null || taken === undefined || truth === taken)
      return [];
    const text = record.items.texts?.[item];
    return [
      { cells: [textCell(id), textCell(truth), textCell(taken), textCell(text ?? '(texts are left out)')] },
    ];
  });
  if (rows.length === 0) return [];
  const table = {
    caption: `The first ${Math.min(SAMPLE, rows.length)} of ${rows.length} wrongly classified items, ${vectorName(row)}`,
    columns: [{ label: 'Item' }, { label: 'True class' }, { label: 'Taken for' }, { label: 'Text' }],
    rows: rows.slice(0, SAMPLE),
  };
  return [table];
}
