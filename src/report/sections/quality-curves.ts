import {
  formatInterval,
  formatNumber,
  formatPercent,
  metricName,
  metricNumber,
  scoreLabel,
} from '../../core/figure-text.ts';
import { METRICS, type MetricId, metricOfScoreKey } from '../../core/metrics.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import { type CurvePoint, type CurveRule, type CurveSeries, curveChart } from '../charts/curve-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import { type SeriesStyle, seriesStyle } from '../charts/series-style.ts';
import type { Block, Figure } from '../page/blocks.ts';
import { numberCell, scoreCell, textCell } from '../page/table-model.ts';
import { CHART, distinct, instructionStyle, qualityTag, type RunView, vectorName } from './run-view.ts';

/** One line of a quality chart: rows that differ in width alone. */
interface Family {
  readonly name: string;
  readonly style: SeriesStyle;
  readonly tag: number;
  readonly rows: readonly QualityRow[];
}

/** Quality against width: the deciding metric large, per instruction and per dtype, and the others small. */
export function qualityCurveBlocks(view: RunView): Block[] {
  const { metric } = view.answer;
  if (metric === undefined) return [];
  const byInstruction = instructionFamilies(view);
  const byDtype = dtypeFamilies(view);
  const main = [
    curveFigure(view, metric, byInstruction, `${METRICS[metric].label} by instruction`, CHART.half),
    ...(byDtype.length > 1
      ? [curveFigure(view, metric, byDtype, `${METRICS[metric].label} by dtype`, CHART.half)]
      : []),
    ...(byInstruction.some((family) => family.rows.length > 1)
      ? [retentionFigure(view, metric, byInstruction)]
      : []),
  ];
  const others = otherKeys(view, metric).map((key) =>
    curveFigure(view, key, byInstruction, scoreLabel(key), CHART.third),
  );
  return [
    { kind: 'figures', figures: main },
    ...(others.length === 0
      ? []
      : [
          {
            kind: 'subsection',
            title: 'Other scores',
            blocks: [{ kind: 'figures', figures: others, small: true }],
          } as const,
        ]),
  ];
}

function otherKeys({ record }: RunView, headline: MetricId): string[] {
  const keys = distinct(record.quality.flatMap((row) => Object.keys(row.scores)));
  return keys.filter((key) => key !== headline && metricOfScoreKey(key) !== undefined);
}

function instructionFamilies(view: RunView): Family[] {
  const { record, tags } = view;
  const dtype = record.quality.some((row) => row.dtype === 'float32') ? 'float32' : record.quality[0]?.dtype;
  return distinct(record.quality.map((row) => row.instruction)).flatMap((instruction) =>
    byServerArgs(record.quality.filter((row) => row.instruction === instruction && row.dtype === dtype)).map(
      ([serverArgs, rows]) => ({
        name: serverArgs === undefined ? instruction : `${instruction} · ${serverArgs}`,
        style: instructionStyle(view, instruction),
        tag: tags.of({ instruction, serverArgs }),
        rows,
      }),
    ),
  );
}

function dtypeFamilies({ record, answer, tags }: RunView): Family[] {
  const instruction = answer.bestInstruction?.instruction ?? record.quality[0]?.instruction;
  const rows = record.quality.filter((row) => row.instruction === instruction);
  const serverArgs = rows[0]?.serverArgs;
  return distinct(rows.map((row) => row.dtype)).map((dtype, i) => ({
    name: dtype,
    style: seriesStyle(i),
    tag: tags.of({ instruction, dtype }),
    rows: sortedByWidth(rows.filter((row) => row.dtype === dtype && row.serverArgs === serverArgs)),
  }));
}

function byServerArgs(rows: readonly QualityRow[]): [string | undefined, QualityRow[]][] {
  return distinct(rows.map((row) => row.serverArgs)).map((serverArgs) => [
    serverArgs,
    sortedByWidth(rows.filter((row) => row.serverArgs === serverArgs)),
  ]);
}

function sortedByWidth(rows: readonly QualityRow[]): QualityRow[] {
  return rows.toSorted((a, b) => a.dimensions - b.dimensions);
}

function curveFigure(
  view: RunView,
  key: string,
  families: readonly Family[],
  title: string,
  size: { readonly width: number; readonly height: number },
): Figure {
  const id = metricOfScoreKey(key)!.id;
  const shown = families.filter((family) => family.rows.some((row) => row.scores[key] !== undefined));
  const series = shown.map(
    (family): CurveSeries => ({
      name: family.name,
      style: family.style,
      tag: family.tag,
      points: family.rows.flatMap((row) => scorePoint(view, row, key, id)),
    }),
  );
  const widths = distinct(shown.flatMap((family) => family.rows.map((row) => row.dimensions)));
  return {
    title,
    svg: curveChart({
      label: `${title} against dimensions, ${shown.length} ${shown.length === 1 ? 'line' : 'lines'} with 95 % intervals`,
      ...size,
      x: { label: 'dimensions', scale: 'log', ticks: widths },
      y: { label: METRICS[id].label, scale: 'linear' },
      series,
      rules: baselineRules(view, key, id),
      intervals: 'band',
      names: size.width >= CHART.half.width && shown.length > 1,
    }),
    caption: `${METRICS[id].description}${size.width >= CHART.half.width ? ' Bands are 95 % intervals of each point by itself; comparisons of points are paired and stand below.' : ''}`,
    legend: shown.length > 1 ? shown.map((family) => legendEntry(family.name, family.style, family.tag)) : [],
    table: {
      caption: `${title}: the figures`,
      columns: [
        { label: 'Line' },
        { label: 'Dimensions', number: true },
        { label: METRICS[id].label, number: true },
        { label: 'n', number: true },
      ],
      rows: shown.flatMap((family) =>
        family.rows.map((row) => ({
          tag: qualityTag(view, row),
          cells: [
            textCell(family.name),
            numberCell(row.dimensions),
            scoreCell(id, row.scores[key], false),
            numberCell(row.scores[key]?.n),
          ],
        })),
      ),
    },
  };
}

function scorePoint(view: RunView, row: QualityRow, key: string, id: MetricId): CurvePoint[] {
  const score = row.scores[key];
  if (score === undefined) return [];
  const bounds =
    score.low === undefined || score.high === undefined
      ? ''
      : `\n95 % interval ${formatInterval(score.low, score.high, METRICS[id].digits)}`;
  return [
    {
      x: row.dimensions,
      y: score.value,
      ...(score.low === undefined || score.high === undefined ? {} : { low: score.low, high: score.high }),
      tag: qualityTag(view, row),
      tip: `${vectorName(row)}\n${scoreLabel(key)} ${metricNumber(id, score.value)}${bounds}\nn = ${formatNumber(score.n)}`,
    },
  ];
}

/** What no vector is needed for: a guess, and words alone. */
function baselineRules({ record }: RunView, key: string, id: MetricId): CurveRule[] {
  const guesses = record.quality.flatMap((row) => row.scores[key]?.baseline ?? []);
  const majority = record.quality.flatMap((row) => row.classification?.majorityBaseline ?? []);
  const guess = guesses[0] ?? (key === 'accuracy' ? majority[0] : undefined);
  const words = key === 'accuracy' ? record.dataset.card?.tfidfAccuracy : undefined;
  return [
    ...(guess === undefined ? [] : [{ y: guess, label: `guessing ${metricNumber(id, guess)}` }]),
    ...(words === undefined ? [] : [{ y: words, label: `TF-IDF ${metricNumber(id, words)}` }]),
  ];
}

function retentionFigure(view: RunView, metric: MetricId, families: readonly Family[]): Figure {
  const { margin } = view.answer;
  const lines = families.map((family) => ({ family, points: retentionPoints(view, family, metric) }));
  const name = metricName(metric);
  return {
    title: `Retention of ${name}`,
    svg: curveChart({
      label: `Share of the full-width ${name} that each width keeps, per instruction, with the margin of ${formatPercent(margin)}`,
      ...CHART.half,
      x: {
        label: 'dimensions',
        scale: 'log',
        ticks: distinct(lines.flatMap((line) => line.points.map((p) => p.x))),
      },
      y: { label: 'kept of full width', scale: 'linear', format: (v) => formatPercent(v) },
      series: lines.map(({ family, points }) => ({
        name: family.name,
        style: family.style,
        tag: family.tag,
        points,
      })),
      rules: [{ y: 1 - margin, label: `margin ${formatPercent(margin)}` }],
      intervals: 'bars',
      names: families.length > 1,
    }),
    caption: `Value over the value at full width of the same instruction. Intervals are those of the paired difference on the same items, so they are narrower than the bands beside.`,
    table: {
      caption: `Retention of ${name}: the figures`,
      columns: [
        { label: 'Instruction' },
        { label: 'Dimensions', number: true },
        { label: 'Kept', number: true },
        { label: '95 % interval', number: true },
      ],
      rows: lines.flatMap(({ family, points }) =>
        points.map((point) => ({
          ...(point.tag === undefined ? {} : { tag: point.tag }),
          cells: [
            textCell(family.name),
            numberCell(point.x),
            { text: formatPercent(point.y, 1), number: true, sort: point.y },
            point.low === undefined || point.high === undefined
              ? textCell('–')
              : { text: `${formatPercent(point.low, 1)} to ${formatPercent(point.high, 1)}`, number: true },
          ],
        })),
      ),
    },
  };
}

function retentionPoints(view: RunView, family: Family, metric: MetricId): CurvePoint[] {
  const scored = family.rows.filter((row) => row.scores[metric] !== undefined);
  const full = scored.at(-1)?.scores[metric]?.value;
  if (full === undefined || full === 0) return [];
  return scored.map((row) => {
    const paired = view.record.verdicts.find(
      (v) => v.question === 'dimensions' && v.metric === metric && v.candidate === row.id,
    )?.difference;
    const kept = row.scores[metric]!.value / full;
    return {
      x: row.dimensions,
      y: kept,
      ...(paired?.low === undefined || paired.high === undefined
        ? {}
        : { low: 1 + paired.low / full, high: 1 + paired.high / full }),
      tag: qualityTag(view, row),
      tip: `${vectorName(row)}\nkeeps ${formatPercent(kept, 1)} of ${metricNumber(metric, full)}`,
    };
  });
}
