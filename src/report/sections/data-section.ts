import { formatNumber, formatPercent, metricNumber } from '../../core/figure-text.ts';
import type { DataCard, DatasetBlock } from '../../core/record/dataset-block.ts';
import { barChart } from '../charts/bar-chart.ts';
import { badge } from '../page/badge.ts';
import type { Block, Fact, Figure, Section } from '../page/blocks.ts';
import { numberCell, textCell } from '../page/table-model.ts';
import { CHART, type RunView } from './run-view.ts';

/** What must be known about the data before a score is believed. */
export function dataSection({ record }: RunView): Section {
  const { dataset } = record;
  const { card } = dataset;
  return {
    id: 'data',
    title: 'Data card',
    lead: `${formatNumber(dataset.rows)} of ${formatNumber(dataset.sourceRows)} rows of ${dataset.name} are in use.`,
    blocks: [
      ...(card === undefined || card.warnings.length === 0
        ? []
        : [
            {
              kind: 'notices' as const,
              notices: card.warnings.map((text) => ({ badge: badge('open', 'warning'), title: '', text })),
            },
          ]),
      { kind: 'facts', facts: [...datasetFacts(dataset), ...(card === undefined ? [] : cardFacts(card))] },
      { kind: 'figures', figures: balanceFigures(dataset) },
      ...badRowBlocks(dataset),
    ],
  };
}

function datasetFacts(dataset: DatasetBlock): Fact[] {
  return [
    { term: 'Source', value: dataset.source },
    {
      term: 'Rows in use',
      value: formatNumber(dataset.rows),
      detail: `of ${formatNumber(dataset.sourceRows)}`,
    },
    { term: 'Label columns', value: dataset.labelColumns.join(', ') || 'none' },
    { term: 'Repeated texts', value: formatNumber(dataset.duplicates) },
    { term: 'Bad rows left out', value: formatNumber(dataset.badRows.count) },
    { term: 'Content hash', value: dataset.hash.slice(0, 16), detail: 'SHA-256 over ids, texts and labels' },
  ];
}

function cardFacts(card: DataCard): Fact[] {
  const facts: Fact[] = [];
  const add = (term: string, value: string | undefined, detail?: string) => {
    if (value !== undefined) facts.push({ term, value, ...(detail === undefined ? {} : { detail }) });
  };
  add('Largest class', share(card.majorityShare), 'what always guessing it would score');
  add('TF-IDF accuracy', ratio(card.tfidfAccuracy), 'words alone, on the same split');
  add('Near duplicates', count(card.nearDuplicates));
  add('Texts under several classes', count(card.conflictingTexts));
  if (card.leakage !== undefined) {
    const { exact, near, testRows } = card.leakage;
    add(
      'Leakage across the split',
      formatNumber(exact + (near ?? 0)),
      `of ${formatNumber(testRows)} held-out texts also stand in the training part (${exact} exactly)`,
    );
  }
  const [least, middle, most90, most] = card.characters;
  add(
    'Length, characters',
    formatNumber(middle),
    `median; ${least}–${formatNumber(most)}, nine in ten below ${formatNumber(most90)}`,
  );
  add(
    'Scripts',
    Object.entries(card.scripts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([script, part]) => `${script} ${formatPercent(part)}`)
      .join(', ') || undefined,
  );
  add(
    'Smallest detectable difference',
    card.detectableDifference === undefined
      ? undefined
      : `${formatNumber(card.detectableDifference * 100, 1)} points`,
    'of accuracy, paired, power 0.8 at 5 %',
  );
  return facts;
}

const share = (value: number | undefined) => (value === undefined ? undefined : formatPercent(value, 1));
const ratio = (value: number | undefined) =>
  value === undefined ? undefined : metricNumber('accuracy', value);
const count = (value: number | undefined) => (value === undefined ? undefined : formatNumber(value));

/** More classes than this are listed, not drawn. */
const MOST_BARS = 30;

function balanceFigures(dataset: DatasetBlock): Figure[] {
  const columns: [string, Readonly<Record<string, number>>][] = [
    [dataset.labelColumns[0] ?? 'label', dataset.labels],
    ...Object.entries(dataset.otherLabels ?? {}),
  ];
  return columns
    .filter(([, labels]) => Object.keys(labels).length > 0)
    .map(([column, labels]) => balanceFigure(column, labels));
}

function balanceFigure(column: string, labels: Readonly<Record<string, number>>): Figure {
  const entries = Object.entries(labels).toSorted(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, rows]) => sum + rows, 0);
  const part = (rows: number) => formatPercent(rows / total, 1);
  return {
    title: `Classes of ${column}`,
    svg: barChart({
      label: `Rows per class of ${column}`,
      width: CHART.half.width,
      x: { label: 'rows', scale: 'linear' },
      bars: entries.slice(0, MOST_BARS).map(([name, rows]) => ({
        name,
        value: rows,
        text: `${formatNumber(rows)} · ${part(rows)}`,
        tip: `${name}\n${formatNumber(rows)} rows, ${part(rows)}`,
      })),
    }),
    caption: `${entries.length} classes, ${formatNumber(total)} rows.${entries.length > MOST_BARS ? ` The ${MOST_BARS} largest are drawn.` : ''}`,
    table: {
      caption: `Rows per class of ${column}`,
      tall: entries.length > 16,
      columns: [{ label: 'Class' }, { label: 'Rows', number: true }, { label: 'Share', number: true }],
      rows: entries.map(([name, rows]) => ({
        cells: [textCell(name), numberCell(rows), { text: part(rows), number: true, sort: rows }],
      })),
    },
  };
}

function badRowBlocks({ badRows }: DatasetBlock): Block[] {
  if (badRows.count === 0) return [];
  return [
    {
      kind: 'disclosure',
      title: `Bad rows: ${formatNumber(badRows.count)} left out${badRows.shown.length < badRows.count ? `, the first ${badRows.shown.length} of them here` : ''}`,
      blocks: [
        {
          kind: 'table',
          table: {
            caption: 'Rows of the source that were left out',
            tall: badRows.shown.length > 16,
            columns: [{ label: 'Line', number: true }, { label: 'Reason' }, { label: 'What is wrong' }],
            rows: badRows.shown.map((row) => ({
              cells: [numberCell(row.line), textCell(row.reason), textCell(row.message)],
            })),
          },
        },
      ],
    },
  ];
}
