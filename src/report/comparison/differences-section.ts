import type { Difference } from '../../compare/difference.ts';
import { formatPercent } from '../../core/figure-text.ts';
import { comparisonBadge } from '../page/badge.ts';
import type { Block, Section } from '../page/blocks.ts';
import {
  badgeCell,
  MISSING,
  type TableCell,
  type TableColumn,
  type TableModel,
  textCell,
} from '../page/table-model.ts';
import { shortCellName } from '../summaries/cell-name.ts';
import { changeText, needText, probabilityText, sizeText, valueText } from '../summaries/change-words.ts';
import { VERDICTS_WORST_FIRST } from '../summaries/worst-first.ts';
import { changeFigures } from './change-figures.ts';
import {
  type Candidate,
  type ComparisonView,
  type FigureRow,
  figureRows,
  figureTag,
  VERDICT_WORDS,
} from './comparison-view.ts';

const KINDS = [
  ['quality', 'Quality'],
  ['load', 'Latency and throughput'],
  ['memory', 'Memory'],
] as const;

/** Every compared figure, the runs side by side, worst first. */
export function differencesSection(view: ComparisonView): Section {
  const rows = worstFirst(figureRows(view));
  const tables = KINDS.flatMap(([kind, title]): Block[] => {
    const own = rows.filter(({ subject }) => subject.kind === kind);
    return own.length === 0 ? [] : [{ kind: 'table', table: sideBySide(view, own, title) }];
  });
  return {
    id: 'differences',
    title: 'Differences',
    lead:
      rows.length === 0
        ? 'Nothing was measured on both sides.'
        : 'Values as measured; each change with its 95 % interval, and beside it the smallest change that would have been called with a chance of 80 %. Cells are named by dimensions, instruction, batch size × concurrency, dtype and encoding.',
    blocks: [
      ...toggleBlock(rows),
      ...changeFigures(view, rows),
      ...tables,
      ...view.candidates.map((candidate, i) => evidenceBlock(view, candidate, i, rows)),
    ],
  };
}

/** Shows what was called and hides the rest; only where both are there. */
function toggleBlock(rows: readonly FigureRow[]): Block[] {
  const called = ['regressed', 'improved'].filter((verdict) => rows.some((row) => row.verdict === verdict));
  const isUseful = called.length > 0 && rows.some(({ verdict }) => !called.includes(verdict));
  return isUseful ? [{ kind: 'toggle', label: 'Differences only', axis: 'verdict', values: called }] : [];
}

function worstFirst(rows: readonly FigureRow[]): FigureRow[] {
  const rank = ({ verdict }: FigureRow) => VERDICTS_WORST_FIRST.indexOf(verdict);
  return rows.toSorted((a, b) => rank(a) - rank(b));
}

function sideBySide(view: ComparisonView, rows: readonly FigureRow[], title: string): TableModel {
  return {
    caption: `${title}: side by side, worst first`,
    tall: rows.length > 16,
    columns: [
      { label: 'Metric' },
      { label: 'Cell', wide: true },
      { label: view.baseLabel, number: true, description: 'The base.' },
      ...view.candidates.flatMap(({ label }) => candidateColumns(label, view.candidates.length > 1)),
    ],
    rows: rows.map((row) => ({
      tag: figureTag(view, row),
      ...(row.verdict === 'same' ? { tone: 'muted' as const } : {}),
      cells: [
        textCell(row.metric),
        textCell(shortCellName(row.subject.axes)),
        baseCell(row),
        ...row.differences.flatMap(candidateCells),
      ],
    })),
  };
}

function candidateColumns(label: string, areMany: boolean): TableColumn[] {
  const of = areMany ? `, ${label}` : '';
  return [
    { label: `Verdict${of}` },
    { label, number: true },
    { label: `Change${of}`, number: true },
    { label: `Would have shown${of}`, number: true },
  ];
}

function baseCell({ subject, differences }: FigureRow): TableCell {
  const base = differences.find((difference) => difference?.change !== undefined)?.change?.base;
  return base === undefined ? MISSING : { text: valueText(subject.metricId, base), number: true, sort: base };
}

function candidateCells(difference: Difference | undefined): TableCell[] {
  if (difference === undefined) return [textCell('–', 'not compared'), MISSING, MISSING, MISSING];
  const { change, subject, verdict, doubts } = difference;
  const verdictCell = badgeCell(comparisonBadge(verdict), doubts.length === 0 ? undefined : 'in doubt');
  if (change === undefined) return [verdictCell, MISSING, MISSING, MISSING];
  const [one, bounds] = changeText(change, subject.metricId).split(' (');
  return [
    verdictCell,
    { text: valueText(subject.metricId, change.candidate), number: true, sort: change.candidate },
    {
      text: one!,
      number: true,
      sort: change.value,
      ...(bounds === undefined ? {} : { detail: bounds.replace(')', '') }),
    },
    detectableCell(difference),
  ];
}

function detectableCell({ change, detectable, subject }: Difference): TableCell {
  if (change === undefined || detectable === undefined) return MISSING;
  return { text: sizeText(detectable, change.scale, subject.metricId), number: true, sort: detectable };
}

/** How each verdict came about, for a reader who doubts it. */
function evidenceBlock(
  view: ComparisonView,
  { label, comparison }: Candidate,
  index: number,
  rows: readonly FigureRow[],
): Block {
  const own = rows.flatMap((row) => {
    const difference = row.differences[index];
    return difference === undefined ? [] : [{ row, difference }];
  });
  const whose = view.candidates.length > 1 ? `, ${label}` : '';
  return {
    kind: 'disclosure',
    title: `How each verdict came about${whose} (${own.length})`,
    blocks: [
      {
        kind: 'table',
        table: {
          caption: `Tests${whose}: ${comparison.family} share an error rate of ${formatPercent(comparison.alpha)}`,
          tall: own.length > 16,
          columns: [
            { label: 'Metric' },
            { label: 'Cell' },
            { label: 'Verdict' },
            { label: 'Why', wide: true },
            { label: 'Test' },
            { label: 'n, base', number: true },
            { label: 'n, candidate', number: true },
            { label: 'p', number: true, description: 'Adjusted by Holm over all tests of the comparison.' },
            { label: 'Least effect', number: true, description: 'Smallest change that is called at all.' },
            { label: 'What would decide', wide: true },
          ],
          rows: own.map(({ row, difference }) => ({
            tag: figureTag(view, row),
            cells: evidenceCells(row, difference),
          })),
        },
      },
    ],
  };
}

function evidenceCells({ metric, subject }: FigureRow, difference: Difference): TableCell[] {
  const { change, verdict, pAdjusted, leastEffect, need, reason, doubts } = difference;
  const count = (n: number): TableCell => ({ text: `${n} ${change!.n.of}`, number: true, sort: n });
  return [
    textCell(metric),
    textCell(shortCellName(subject.axes)),
    badgeCell(comparisonBadge(verdict)),
    textCell(reason, doubts.length === 0 ? undefined : `In doubt: ${doubts.join('; ')}`),
    textCell(change?.method ?? '–'),
    change === undefined ? MISSING : count(change.n.base),
    change === undefined ? MISSING : count(change.n.candidate),
    pAdjusted === undefined ? MISSING : { text: probabilityText(pAdjusted), number: true, sort: pAdjusted },
    change === undefined
      ? MISSING
      : { text: sizeText(leastEffect, change.scale, subject.metricId), number: true, sort: leastEffect },
    textCell(need === undefined ? '–' : needText(need)),
  ];
}

/** `2 regressed, 1 improved`: what a run's differences come to, worst first. */
export function verdictCounts(differences: readonly Difference[]): string {
  return VERDICTS_WORST_FIRST.map((verdict) => ({
    verdict,
    count: differences.filter((difference) => difference.verdict === verdict).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${VERDICT_WORDS[verdict]}`)
    .join(', ');
}
