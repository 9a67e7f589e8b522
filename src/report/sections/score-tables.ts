import {
  formatPercent,
  formatSigned,
  metricDifference,
  metricNumber,
  scoreLabel,
} from '../../core/figure-text.ts';
import { METRICS, type MetricId, metricOfScoreKey } from '../../core/metrics.ts';
import type { PairedVerdict, QualityRow } from '../../core/record/quality-row.ts';
import { median } from '../../stats/moments.ts';
import { type IntervalRow, intervalChart } from '../charts/interval-chart.ts';
import { verdictBadge } from '../page/badge.ts';
import type { Block } from '../page/blocks.ts';
import {
  badgeCell,
  metricColumn,
  numberCell,
  scoreCell,
  type TableColumn,
  type TableModel,
  textCell,
} from '../page/table-model.ts';
import { CHART, distinct, qualityTag, type RunView, vectorName } from './run-view.ts';
import { taskOfMetric } from './task-of-metric.ts';

/** Every score of every quality cell, a table per task, each value over its interval and sample size. */
export function scoreTableBlocks(view: RunView): Block[] {
  const { quality } = view.record;
  const keys = distinct(quality.flatMap((row) => Object.keys(row.scores))).filter(
    (key) => metricOfScoreKey(key) !== undefined,
  );
  const tasks = distinct(keys.map((key) => taskOf(key)));
  return tasks.map((task) => ({
    kind: 'table',
    table: scoreTable(
      view,
      task,
      keys.filter((key) => taskOf(key) === task),
    ),
  }));
}

function taskOf(key: string): string {
  return taskOfMetric(metricOfScoreKey(key)!.id);
}

function scoreTable(view: RunView, task: string, keys: readonly string[]): TableModel {
  const rows = view.record.quality.filter((row) => keys.some((key) => row.scores[key] !== undefined));
  const chosen = new Set(
    view.answer.recommendations.flatMap(
      (recommendation) => recommendation.winner?.candidate.quality?.id ?? [],
    ),
  );
  return {
    caption: `${task}: scores of every quality cell`,
    tall: rows.length > 16,
    columns: [
      { label: 'Dimensions', number: true },
      { label: 'Instruction' },
      { label: 'dtype' },
      { label: 'Bytes per vector', number: true },
      ...keys.map(scoreColumn),
    ],
    rows: rows.map((row) => ({
      tag: qualityTag(view, row),
      ...(chosen.has(row.id) ? { tone: 'chosen' as const } : {}),
      cells: [
        numberCell(row.dimensions),
        textCell(row.instruction, row.serverArgs),
        textCell(row.dtype),
        numberCell(row.bytesPerVector),
        ...keys.map((key) => scoreCell(metricOfScoreKey(key)!.id, row.scores[key])),
      ],
    })),
  };
}

function scoreColumn(key: string): TableColumn {
  return { ...metricColumn(metricOfScoreKey(key)!.id), label: scoreLabel(key) };
}

const QUESTIONS = {
  dimensions: 'Fewer dimensions against full width',
  instruction: 'Instructions against the reference',
  dtype: 'Smaller dtypes against float32',
} as const;

/** More rows than this make a picture that nobody reads; the table has all of them. */
const MOST_DRAWN = 32;

/** The paired tests: a picture of the differences against the margin, and the table. */
export function verdictBlocks(view: RunView): Block[] {
  const { verdicts } = view.record;
  const blocks = (Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]).flatMap((question): Block[] => {
    const asked = verdicts.filter((verdict) => verdict.question === question);
    return asked.length === 0 ? [] : questionBlocks(view, QUESTIONS[question], asked);
  });
  return blocks;
}

function questionBlocks(view: RunView, title: string, asked: readonly PairedVerdict[]): Block[] {
  const table = verdictTable(view, title, asked);
  const metric = metricOfScoreKey(asked[0]!.metric)?.id;
  if (metric === undefined) return [{ kind: 'table', table }];
  const sameMetric = asked.filter((verdict) => verdict.metric === asked[0]!.metric);
  const drawn = mostTelling(view, sameMetric).slice(0, MOST_DRAWN);
  const left = sameMetric.length - drawn.length;
  return [
    {
      kind: 'figure',
      figure: {
        title,
        svg: intervalChart({
          label: `${title}: paired differences of ${METRICS[metric].label} with 95 % intervals against no difference and the margin`,
          width: CHART.wide.width,
          x: {
            label: `difference of ${METRICS[metric].label}`,
            scale: 'linear',
            format: (v) => differenceTick(metric, v),
          },
          rows: drawn.map((verdict) => intervalRow(view, verdict, metric)),
          rules: [
            { x: 0, label: 'no difference' },
            { x: marginSign(metric) * median(drawn.map((verdict) => verdict.margin)), label: 'margin' },
          ],
        }),
        caption: `Candidate minus reference on the same items. Filled circle: the loss is shown to be smaller than the margin; cross: shown to be larger; hollow diamond: not decided.${left > 0 ? ` ${left} more stand in the table.` : ''}`,
        table,
      },
    },
  ];
}

/** Comparisons under the best instruction first, so that a cut leaves the ones that decide. */
function mostTelling(view: RunView, verdicts: readonly PairedVerdict[]): PairedVerdict[] {
  const best = view.answer.bestInstruction?.instruction;
  const isBest = (verdict: PairedVerdict) => Number(rowOf(view, verdict.candidate)?.instruction === best);
  return verdicts.toSorted((a, b) => isBest(b) - isBest(a));
}

function rowOf({ record }: RunView, id: string): QualityRow | undefined {
  return record.quality.find((row) => row.id === id);
}

function cellName(view: RunView, id: string): string {
  const row = rowOf(view, id);
  return row === undefined ? id : vectorName(row);
}

/** Names say what the question varies; the rest is the same on both sides. */
function candidateLabel(view: RunView, verdict: PairedVerdict): string {
  const row = rowOf(view, verdict.candidate);
  if (row === undefined) return verdict.candidate;
  if (verdict.question === 'dimensions') return `${row.instruction} · ${row.dimensions}`;
  if (verdict.question === 'instruction') return `${row.dimensions} · ${row.instruction}`;
  return `${row.instruction} · ${row.dimensions} · ${row.dtype}`;
}

const TONES = { holds: 'good', fails: 'bad', inconclusive: 'open' } as const;

function intervalRow(view: RunView, verdict: PairedVerdict, metric: MetricId): IntervalRow {
  const { value, low, high, n } = verdict.difference;
  const row = rowOf(view, verdict.candidate);
  return {
    name: candidateLabel(view, verdict),
    value,
    ...(low === undefined || high === undefined ? {} : { low, high }),
    verdict: TONES[verdict.verdict],
    ...(row === undefined ? {} : { tag: qualityTag(view, row) }),
    tip: `${cellName(view, verdict.candidate)}\nagainst ${cellName(view, verdict.reference)}\n${metricDifference(metric, value)}, ${verdict.verdict}\nn = ${n}`,
  };
}

/** Where a loss of the margin's size lies: left of zero where higher is better. */
function marginSign(metric: MetricId): 1 | -1 {
  return METRICS[metric].direction === 'lower' ? 1 : -1;
}

function differenceTick(metric: MetricId, value: number): string {
  return METRICS[metric].unit === 'ratio'
    ? `${formatSigned(value * 100, Number.isInteger(Math.round(value * 1000) / 10) ? 0 : 1)} pt`
    : metricNumber(metric, value);
}

function verdictTable(view: RunView, title: string, verdicts: readonly PairedVerdict[]): TableModel {
  return {
    caption: `${title}: paired tests`,
    tall: verdicts.length > 16,
    columns: [
      { label: 'Candidate' },
      { label: 'Reference' },
      { label: 'Metric' },
      { label: 'Difference', number: true, description: 'Candidate minus reference, on the same items.' },
      { label: 'Margin', number: true, description: 'Largest loss that still counts as equal.' },
      { label: 'Verdict' },
      {
        label: 'p',
        number: true,
        description: 'Of no difference; Holm-adjusted over the question’s family.',
      },
      { label: 'Only reference right', number: true },
      { label: 'Only candidate right', number: true },
    ],
    rows: verdicts.map((verdict) => {
      const row = rowOf(view, verdict.candidate);
      return {
        ...(row === undefined ? {} : { tag: qualityTag(view, row) }),
        cells: verdictCells(view, verdict),
      };
    }),
  };
}

function verdictCells(view: RunView, verdict: PairedVerdict) {
  const metric = metricOfScoreKey(verdict.metric)?.id;
  const { value, low, high, n } = verdict.difference;
  const difference = (amount: number) =>
    metric === undefined ? String(amount) : metricDifference(metric, amount);
  const bounds =
    low === undefined || high === undefined ? '' : `${difference(low)} to ${difference(high)} · `;
  return [
    textCell(cellName(view, verdict.candidate)),
    textCell(cellName(view, verdict.reference)),
    textCell(scoreLabel(verdict.metric)),
    { text: difference(value), detail: `${bounds}n = ${n}`, number: true, sort: value },
    { text: difference(verdict.margin).replace('+', ''), number: true, sort: verdict.margin },
    badgeCell(
      verdictBadge(verdict.verdict),
      verdict.furtherRows === undefined ? undefined : `≈ ${verdict.furtherRows} further rows would decide`,
    ),
    pCell(verdict),
    numberCell(verdict.discordant?.onlyReference),
    numberCell(verdict.discordant?.onlyCandidate),
  ];
}

function pCell({ p, pAdjusted }: PairedVerdict) {
  const shown = pAdjusted ?? p;
  if (shown === undefined) return numberCell(undefined);
  return {
    text: shown < 0.001 ? '< 0.001' : numberCell(shown, 3).text,
    number: true,
    sort: shown,
    ...(pAdjusted === undefined || p === undefined
      ? {}
      : { detail: `raw ${p < 0.001 ? '< 0.001' : p.toFixed(3)}` }),
  };
}

/** How far the clustering itself wobbles from seed to seed, apart from the sampling error. */
export function stabilityBlock(view: RunView): Block[] {
  const rows = view.record.quality.flatMap((row) =>
    (row.clustering ?? []).flatMap((detail) =>
      detail.seeds === undefined ? [] : [{ row, detail, seeds: detail.seeds }],
    ),
  );
  if (rows.length === 0) return [];
  return [
    {
      kind: 'disclosure',
      title: 'Spread of the clustering over seeds',
      blocks: [
        {
          kind: 'table',
          table: {
            caption: 'ARI over independent k-means seeds: spread of the number itself, not of the sample',
            tall: rows.length > 16,
            columns: [
              { label: 'Vectors' },
              { label: 'Label column' },
              { label: 'Mean ARI', number: true },
              { label: 'SD', number: true },
              { label: 'Least', number: true },
              { label: 'Greatest', number: true },
              {
                label: 'Stability',
                number: true,
                description: 'Mean pairwise ARI between seeds; 1 = always the same clusters.',
              },
              { label: 'Seeds', number: true },
            ],
            rows: rows.map(({ row, detail, seeds }) => ({
              tag: qualityTag(view, row),
              cells: [
                textCell(vectorName(row)),
                textCell(detail.column),
                numberCell(seeds.mean, 3),
                numberCell(seeds.sd, 3),
                numberCell(seeds.min, 3),
                numberCell(seeds.max, 3),
                numberCell(detail.stability, 2),
                numberCell(seeds.count),
              ],
            })),
          },
        },
      ],
    },
  ];
}

/** scikit-learn's report of the recommended cell, as text, for those who read it every day. */
export function classificationReportBlock({ record, answer }: RunView): Block[] {
  const chosen = answer.recommendations[0]?.winner?.candidate.quality;
  const row =
    chosen?.classification === undefined
      ? record.quality.find((r) => r.classification !== undefined)
      : chosen;
  const detail = row?.classification;
  if (row === undefined || detail === undefined) return [];
  const converged = detail.converged === false ? ', not converged' : '';
  return [
    {
      kind: 'text',
      title: `Classification report: ${vectorName(row)}, C = ${detail.c}, largest class ${formatPercent(detail.majorityBaseline, 1)}${converged}`,
      text: detail.report,
    },
  ];
}
