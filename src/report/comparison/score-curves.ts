import { formatInterval, metricNumber, scoreLabel } from '../../core/figure-text.ts';
import { METRICS, metricOfScoreKey } from '../../core/metrics.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { type CurvePoint, curveChart } from '../charts/curve-chart.ts';
import { legendEntry } from '../charts/legend.ts';
import { seriesStyle } from '../charts/series-style.ts';
import type { Figure, Section } from '../page/blocks.ts';
import { numberCell, scoreCell, textCell } from '../page/table-model.ts';
import { CHART, distinct } from '../sections/run-view.ts';
import type { ComparisonView } from './comparison-view.ts';

/** More than this belongs to the runs' own reports. */
const MOST_FIGURES = 12;

interface RunLine {
  readonly label: string;
  readonly record: RunRecord;
}

/** Scores against width, a line for each run: one chart for each compared score and instruction. */
export function scoreCurvesSection(view: ComparisonView): Section | undefined {
  const runs: RunLine[] = [{ label: view.baseLabel, record: view.base }, ...view.candidates];
  const compared = view.candidates.flatMap(({ comparison }) => comparison.differences);
  const keys = distinct(
    compared.filter(({ subject }) => subject.kind === 'quality').map(({ subject }) => subject.metric),
  );
  const instructions = distinct(
    compared
      .filter(({ subject }) => subject.kind === 'quality')
      .map(({ subject }) => String(subject.axes['instruction'])),
  );
  const figures = keys
    .flatMap((key) => instructions.map((instruction) => curveFigure(view, runs, key, instruction)))
    .filter((figure) => figure !== undefined);
  if (figures.length === 0) return undefined;
  const left = figures.length - MOST_FIGURES;
  return {
    id: 'curves',
    title: 'Scores by dimension',
    lead: `One line per run. Bands are 95 % intervals of each point by itself; the comparison above is paired and sharper.${left > 0 ? ` ${left} more charts are left out.` : ''}`,
    blocks: [{ kind: 'figures', figures: figures.slice(0, MOST_FIGURES) }],
  };
}

function curveFigure(
  view: ComparisonView,
  runs: readonly RunLine[],
  key: string,
  instruction: string,
): Figure | undefined {
  const id = metricOfScoreKey(key)?.id;
  if (id === undefined) return undefined;
  const dtype = runs[0]!.record.quality[0]?.dtype;
  const lines = runs.map(({ label, record }, i) => ({
    label,
    style: seriesStyle(i),
    rows: record.quality
      .filter((row) => row.instruction === instruction && row.dtype === dtype && row.serverArgs === undefined)
      .filter((row) => row.scores[key] !== undefined)
      .toSorted((a, b) => a.dimensions - b.dimensions),
  }));
  const widths = distinct(lines.flatMap(({ rows }) => rows.map((row) => row.dimensions)));
  if (widths.length < 2) return undefined;
  const title = `${scoreLabel(key)}, instruction ${instruction}`;
  return {
    title,
    tag: view.tags.of({ instruction, metric: scoreLabel(key) }),
    svg: curveChart({
      label: `${title}: against dimensions, ${lines.length} runs with 95 % intervals`,
      ...CHART.half,
      x: { label: 'dimensions', scale: 'log', ticks: widths },
      y: { label: METRICS[id].label, scale: 'linear' },
      series: lines.map(({ label, style, rows }) => ({
        name: label,
        style,
        tag: view.tags.of({ run: label }),
        points: rows.map((row) => curvePoint(view, label, row, key)),
      })),
      intervals: 'band',
      names: true,
    }),
    caption: METRICS[id].description,
    legend: lines.map(({ label, style }) => legendEntry(label, style, view.tags.of({ run: label }))),
    table: {
      caption: `${title}: the figures`,
      columns: [
        { label: 'Run' },
        { label: 'Dimensions', number: true },
        { label: METRICS[id].label, number: true },
        { label: 'n', number: true },
      ],
      rows: lines.flatMap(({ label, rows }) =>
        rows.map((row) => ({
          tag: view.tags.of({ run: label, dimensions: row.dimensions }),
          cells: [
            textCell(label),
            numberCell(row.dimensions),
            scoreCell(id, row.scores[key], false),
            numberCell(row.scores[key]?.n),
          ],
        })),
      ),
    },
  };
}

function curvePoint({ tags }: ComparisonView, label: string, row: QualityRow, key: string): CurvePoint {
  const { value, low, high, n } = row.scores[key]!;
  const { id } = metricOfScoreKey(key)!;
  const hasBounds = low !== undefined && high !== undefined;
  const bounds = hasBounds ? `\n95 % interval ${formatInterval(low, high, METRICS[id].digits)}` : '';
  return {
    x: row.dimensions,
    y: value,
    ...(hasBounds ? { low, high } : {}),
    tag: tags.of({ run: label, dimensions: row.dimensions }),
    tip: `${label}\n${row.dimensions} dimensions · ${row.instruction} · ${row.dtype}\n${scoreLabel(key)} ${metricNumber(id, value)}${bounds}\nn = ${n}`,
  };
}
