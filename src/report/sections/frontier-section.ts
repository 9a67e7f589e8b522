import type { Candidate } from '../../compare/recommend/candidates.ts';
import { latencyName, operatingPointName } from '../../compare/recommend/operating-point.ts';
import { formatBytes, metricNumber, metricText } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import { type FrontierPoint, frontierChart } from '../charts/frontier-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import { CONTEXT_STYLE, NO_LINE, type SeriesStyle, seriesStyle } from '../charts/series-style.ts';
import { badge } from '../page/badge.ts';
import type { Block, Figure } from '../page/blocks.ts';
import {
  badgeCell,
  metricCell,
  metricColumn,
  numberCell,
  scoreCell,
  type TableModel,
  textCell,
} from '../page/table-model.ts';
import { CHART, distinct, loadName, type RunView, vectorName } from './run-view.ts';

/** Quality against bytes and against latency, with the points that are never the best choice in grey. */
export function frontierBlocks(view: RunView): Block[] {
  const { metric, candidates } = view.answer;
  const scored = candidates.filter((candidate) => candidate.score !== undefined);
  if (metric === undefined || scored.length < 2) return [];
  const styles = dtypeStyles(scored);
  const withLatency = scored.filter((candidate) => candidate.latencyMs !== undefined);
  const figures = [
    frontierFigure(view, metric, onePerPlace(view, scored, 'bytes'), 'bytes', styles),
    ...(withLatency.length > 1
      ? [frontierFigure(view, metric, onePerPlace(view, withLatency, 'latency'), 'latency', styles)]
      : []),
  ];
  return [{ kind: 'figures', figures }];
}

function dtypeStyles(candidates: readonly Candidate[]): ReadonlyMap<string, SeriesStyle> {
  return new Map(distinct(candidates.map((c) => c.dtype)).map((dtype, i) => [dtype, seriesStyle(i)]));
}

/**
 * One point for all candidates that lie at the same place: bytes do not depend on the operating point, latency does
 * not depend on the dtype. The one that is kept stands for them, else the first.
 */
function onePerPlace(
  view: RunView,
  candidates: readonly Candidate[],
  over: 'bytes' | 'latency',
): Candidate[] {
  const groups = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = (over === 'bytes' ? candidate.quality?.id : candidate.load?.id) ?? '';
    const known = groups.get(key);
    if (known === undefined || rank(view, candidate) > rank(view, known)) {
      groups.set(key, candidate);
    }
  }
  return [...groups.values()];
}

/** Recommended before kept before dominated. */
function rank({ answer }: RunView, candidate: Candidate): number {
  if (answer.recommendations.some(({ winner }) => winner?.candidate === candidate)) return 2;
  return answer.frontier.has(candidate) ? 1 : 0;
}

function frontierFigure(
  view: RunView,
  metric: MetricId,
  candidates: readonly Candidate[],
  over: 'bytes' | 'latency',
  styles: ReadonlyMap<string, SeriesStyle>,
): Figure {
  const { statistic } = view.answer;
  const label = METRICS[metric].label;
  const axis =
    over === 'bytes' ? 'bytes per stored vector' : `${latencyName(statistic)} response latency, ms`;
  const names = over === 'bytes' ? widthNames(view, candidates) : recommendedNames(view);
  return {
    title: `${label} against ${over === 'bytes' ? 'bytes' : 'latency'}`,
    svg: frontierChart({
      label: `${label} against ${axis}; points that another one beats are grey`,
      ...CHART.half,
      x: { label: axis, scale: 'log', ...(over === 'bytes' ? { format: tickBytes } : {}) },
      y: { label, scale: 'linear' },
      points: candidates.map((candidate) => frontierPoint(view, metric, candidate, over, styles, names)),
    }),
    caption:
      over === 'bytes'
        ? 'Grey: another configuration is at least as good in quality, latency, texts/s and bytes, and better in one. The symbol is the dtype, the number the dimensions. Quality intervals are each point’s own.'
        : 'The same test. Every point is a load cell, with the dtype that is worth most there: latency does not depend on the dtype. Invalid cells are not here.',
    legend: [
      ...[...styles].map(([dtype, style]) => legendEntry(dtype, { ...style, dash: NO_LINE })),
      legendEntry('dominated', { ...CONTEXT_STYLE, dash: NO_LINE }),
    ],
    table: frontierTable(view, metric, candidates, over),
  };
}

function tickBytes(bytes: number): string {
  return formatBytes(bytes);
}

/** Widths beside the points of the best instruction that are worth choosing. */
function widthNames({ answer }: RunView, candidates: readonly Candidate[]): Map<Candidate, string> {
  const best = answer.bestInstruction?.instruction;
  const kept = candidates.filter(
    (c) => answer.frontier.has(c) && (best === undefined || c.instruction === best),
  );
  return new Map(kept.map((candidate) => [candidate, String(candidate.dimensions)]));
}

/** The winners of the three preferences, by their first word. */
function recommendedNames({ answer }: RunView): Map<Candidate, string> {
  const names = new Map<Candidate, string>();
  for (const { preference, winner } of answer.recommendations) {
    if (winner === undefined) continue;
    const known = names.get(winner.candidate);
    names.set(winner.candidate, known === undefined ? preference : `${known}, ${preference}`);
  }
  return names;
}

function frontierPoint(
  view: RunView,
  metric: MetricId,
  candidate: Candidate,
  over: 'bytes' | 'latency',
  styles: ReadonlyMap<string, SeriesStyle>,
  names: ReadonlyMap<Candidate, string>,
): FrontierPoint {
  const score = candidate.score!;
  const kept = view.answer.frontier.has(candidate);
  const name = names.get(candidate);
  return {
    x: over === 'bytes' ? candidate.bytesPerVector : candidate.latencyMs!,
    y: score.value,
    ...(score.low === undefined || score.high === undefined ? {} : { low: score.low, high: score.high }),
    kept,
    style: styles.get(candidate.dtype) ?? CONTEXT_STYLE,
    ...(name === undefined ? {} : { name }),
    tag: candidateTag(view, candidate, over),
    tip: candidateTip(view, metric, candidate, over, kept),
  };
}

function candidateTag({ tags }: RunView, candidate: Candidate, over: 'bytes' | 'latency'): number {
  const { dimensions, instruction, dtype, serverArgs, load } = candidate;
  const vectors = { dimensions, instruction, dtype, serverArgs };
  if (load === undefined || over === 'bytes') return tags.of(vectors);
  const { batchSize, concurrency, rate, encoding, transport } = load;
  return tags.of({
    ...vectors,
    batchSize,
    ...(rate === undefined ? { concurrency } : { rate }),
    encoding,
    transport,
  });
}

function candidateTip(
  { answer }: RunView,
  metric: MetricId,
  candidate: Candidate,
  over: 'bytes' | 'latency',
  kept: boolean,
): string {
  const { latencyMs, textsPerSecond, load, score } = candidate;
  const figures = [
    `${METRICS[metric].label} ${metricNumber(metric, score!.value)}, n = ${score!.n}`,
    metricText('vectorBytes', candidate.bytesPerVector),
  ];
  const lines = [vectorName(candidate)];
  if (over === 'latency' && load !== undefined) {
    lines.push(`${operatingPointName(load)} · ${load.encoding}`);
    if (latencyMs !== undefined)
      figures.push(`${latencyName(answer.statistic)} ${metricText(answer.statistic, latencyMs)}`);
    if (textsPerSecond !== undefined) figures.push(metricText('textsPerSecond', textsPerSecond));
  }
  return [...lines, figures.join(', '), ...(kept ? [] : ['dominated'])].join('\n');
}

/** Rows of a frontier table beyond which only the points worth choosing are listed. */
const MOST_LISTED = 120;

function frontierTable(
  view: RunView,
  metric: MetricId,
  candidates: readonly Candidate[],
  over: 'bytes' | 'latency',
): TableModel {
  const { frontier, statistic } = view.answer;
  const all = candidates.length <= MOST_LISTED;
  const listed = (all ? candidates : candidates.filter((candidate) => frontier.has(candidate))).toSorted(
    (a, b) => b.score!.value - a.score!.value,
  );
  const load = over === 'latency';
  return {
    caption: all
      ? 'Every configuration and whether another one beats it'
      : `The ${listed.length} of ${candidates.length} configurations that no other one beats; the dominated ones follow from the tables of scores and of load cells`,
    tall: listed.length > 16,
    columns: [
      { label: 'Vectors' },
      ...(load ? [{ label: 'Load cell' }] : []),
      metricColumn(metric),
      metricColumn('vectorBytes'),
      ...(load ? [metricColumn(statistic), metricColumn('textsPerSecond')] : []),
      { label: 'Frontier' },
    ],
    rows: listed.map((candidate) => ({
      tag: candidateTag(view, candidate, over),
      ...(frontier.has(candidate) ? {} : { tone: 'muted' as const }),
      cells: [
        textCell(vectorName(candidate)),
        ...(load ? [textCell(candidate.load === undefined ? '' : loadName(candidate.load))] : []),
        scoreCell(metric, candidate.score),
        numberCell(candidate.bytesPerVector),
        ...(load
          ? [
              metricCell(statistic, candidate.latencyMs),
              metricCell('textsPerSecond', candidate.textsPerSecond),
            ]
          : []),
        badgeCell(frontier.has(candidate) ? badge('good', 'on it') : badge('note', 'dominated')),
      ],
    })),
  };
}
