import { isHeadline } from '../../compare/figure-selection.ts';
import { METRICS, type MetricId, metricOfScoreKey } from '../../core/metrics.ts';
import { detectSegments } from '../../stats/change-points.ts';
import type { HistoryRow } from '../../store/history.ts';
import type { HistoryPoint } from '../../store/history-points.ts';
import type { HistorySeries, Level, SeriesPoint } from './history-model.ts';

/** Fewer runs cannot tell a step from chance: of four runs of pure noise one in forty seems to step. */
export const LEAST_RUNS = 6;
/** Older points are drawn and not searched: the search weighs every stretch. */
const MOST_SEARCHED = 1000;

interface OpenSeries extends Omit<HistorySeries, 'levels'> {
  readonly points: SeriesPoint[];
  /** How well each point is known; NaN where nothing says so. */
  readonly widths: number[];
}

/** The figures of all runs, joined where they mean the same, each with its levels; metric by metric. */
export function historySeries(
  rows: readonly HistoryRow[],
  metrics: readonly string[] | undefined,
): HistorySeries[] {
  const found = new Map<string, OpenSeries>();
  for (const [run, row] of rows.entries()) {
    for (const point of row.points) {
      const metricId = metricOfScoreKey(point.metric)?.id;
      if (metricId === undefined || !isFollowed(point, metricId, metrics)) continue;
      const series = seriesOf(found, row, point, metricId);
      const { value, low, high, n, validity } = point;
      series.points.push({
        run,
        value,
        ...(low === undefined || high === undefined ? {} : { low, high }),
        ...(n === undefined ? {} : { n }),
        validity,
      });
      series.widths.push(intervalWidth(point));
    }
  }
  const order = Object.keys(METRICS);
  return [...found.values()]
    .toSorted(
      (a, b) => order.indexOf(a.metricId) - order.indexOf(b.metricId) || compareText(a.metric, b.metric),
    )
    .map(({ widths, ...series }) => ({ ...series, levels: levelsOf(series.points, widths) }));
}

function isFollowed(
  { metric, axes }: HistoryPoint,
  metricId: MetricId,
  metrics: readonly string[] | undefined,
): boolean {
  if (metrics !== undefined) return metrics.includes(metric) || metrics.includes(metricId);
  // What a stored vector takes is arithmetic: it has no history.
  if (metricId === 'vectorBytes') return false;
  return isHeadline({ metric, metricId, axes });
}

function seriesOf(
  found: Map<string, OpenSeries>,
  row: HistoryRow,
  { cell, label, axes, metric }: HistoryPoint,
  metricId: MetricId,
): OpenSeries {
  const isScore = METRICS[metricId].kind === 'quality';
  const { hardwareHash, cpuModel, cpus } = row.environment;
  const comparable = isScore ? row.datasetHash : hardwareHash;
  const key = JSON.stringify([row.name, cell, metric, comparable]);
  let series = found.get(key);
  if (series === undefined) {
    const setting = isScore ? `data ${comparable.slice(0, 7)}` : `${cpuModel}, ${cpus} cores`;
    series = { config: row.name, cell, label, axes, metric, metricId, setting, points: [], widths: [] };
    found.set(key, series);
  }
  return series;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Width of the figure's interval; the spread of its trials where it has none. */
function intervalWidth({ low, high, trials = [] }: HistoryPoint): number {
  if (low !== undefined && high !== undefined) return high - low;
  return trials.length < 2 ? Number.NaN : Math.max(...trials) - Math.min(...trials);
}

function levelsOf(points: readonly SeriesPoint[], widths: readonly number[]): Level[] {
  const counts = ({ validity }: SeriesPoint) => validity !== 'invalid';
  if (points.filter(counts).length < LEAST_RUNS) return [];
  const skipped = Math.max(0, points.length - MOST_SEARCHED);
  const searched = points.slice(skipped);
  const values = searched.map((point) => (counts(point) ? point.value : Number.NaN));
  return detectSegments(values, { intervalWidths: widths.slice(skipped) }).map(({ from, to, level }) => ({
    from: from + skipped,
    to: to + skipped,
    level,
    count: searched.slice(from, to + 1).filter(counts).length,
  }));
}
