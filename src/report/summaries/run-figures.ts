import { loadAxes, qualityAxes } from '../../compare/align.ts';
import type { CellAxes } from '../../compare/difference.ts';
import { METRICS, type MetricId, metricOfScoreKey } from '../../core/metrics.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Validity } from '../../core/record/score.ts';
import { historyPoints } from '../../store/history-points.ts';

/** One figure of a run: a metric of a cell, of stored vectors, or of the run as a whole. */
export interface RunFigure {
  readonly kind: 'quality' | 'load' | 'memory';
  /** Cell id; `run` for figures that belong to no cell. */
  readonly cell: string;
  readonly axes: CellAxes;
  /** Score key: `accuracy`, `ari[domain]`, `serviceP95Ms`. */
  readonly metric: string;
  readonly metricId: MetricId;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly n?: number;
  readonly validity: Validity['verdict'];
  readonly reasons: readonly string[];
}

/** Every figure of a run, in the order of its cells. */
export function runFigures(record: RunRecord): RunFigure[] {
  const axesOf = new Map<string, CellAxes>([
    ...record.quality.map((row) => [row.id, qualityAxes(row)] as const),
    ...record.load.map((row) => [row.id, loadAxes(row)] as const),
  ]);
  const reasonsOf = new Map(
    record.load.map(({ id, validity }) => [id, validity.reasons.map(({ message }) => message)]),
  );
  const points = historyPoints(record).flatMap(({ cell, metric, value, low, high, n, validity }) => {
    const metricId = metricOfScoreKey(metric)?.id;
    // Bytes per vector hang on width and dtype alone: they are listed once, below.
    if (metricId === undefined || metricId === 'vectorBytes') return [];
    return [
      {
        kind: METRICS[metricId].kind,
        ...{ cell, metric, metricId, value, validity },
        axes: axesOf.get(cell) ?? {},
        reasons: reasonsOf.get(cell) ?? [],
        ...(low === undefined || high === undefined ? {} : { low, high }),
        ...(n === undefined ? {} : { n }),
      },
    ];
  });
  return [...points, ...vectorFigures(record)];
}

function vectorFigures({ memory }: RunRecord): RunFigure[] {
  return memory.vectorBytes.map(({ dimensions, dtype, bytesPerVector }) => ({
    kind: 'memory',
    cell: 'run',
    axes: { dimensions, dtype },
    metric: 'vectorBytes',
    metricId: 'vectorBytes',
    value: bytesPerVector,
    validity: 'valid',
    reasons: [],
  }));
}
