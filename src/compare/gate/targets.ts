import { canonicalJson } from '../../core/content-hash.ts';
import { METRICS, type MetricDefinition, type MetricId, metricOfScoreKey } from '../../core/metrics.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { loadAxes, qualityAxes } from '../align.ts';
import type { DifferenceSubject } from '../difference.ts';
import type { Figure } from '../figure-selection.ts';

/** A figure of one record that a rule can speak of, with where it is kept. */
export type GateFigure = Figure &
  DifferenceSubject &
  (
    | { readonly kind: 'quality'; readonly row: QualityRow }
    | { readonly kind: 'load'; readonly row: LoadRow }
    | { readonly kind: 'memory'; readonly bytes: number }
  );

/** The same figure in both records; absent where a record has no such cell. */
export interface GateTarget {
  readonly subject: Figure & DifferenceSubject;
  readonly base?: GateFigure;
  readonly candidate?: GateFigure;
}

/** Names a figure over records and comparisons; figures of the run as a whole differ by their axes alone. */
export function figureKey({ kind, cell, metric, axes }: DifferenceSubject): string {
  return canonicalJson([kind, cell, metric, kind === 'memory' ? axes : {}]);
}

/** Every figure that either record has a place for. */
export function gateTargets(base: RunRecord, candidate: RunRecord): GateTarget[] {
  const before = new Map(figuresOf(base).map((figure) => [figureKey(figure), figure]));
  const after = new Map(figuresOf(candidate).map((figure) => [figureKey(figure), figure]));
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [here, there] = [before.get(key), after.get(key)];
    return {
      subject: (here ?? there)!,
      ...(here === undefined ? {} : { base: here }),
      ...(there === undefined ? {} : { candidate: there }),
    };
  });
}

function figuresOf(record: RunRecord): GateFigure[] {
  return [
    ...record.quality.flatMap(qualityFigures),
    ...record.load.flatMap(loadFigures),
    ...memoryFigures(record),
  ];
}

function qualityFigures(row: QualityRow): GateFigure[] {
  const axes = qualityAxes(row);
  const firstColumn = row.clustering?.[0]?.column;
  return Object.keys(row.scores).flatMap((metric): GateFigure[] => {
    const metricId = metricOfScoreKey(metric)?.id;
    if (metricId === undefined) return [];
    const figure = { kind: 'quality', cell: row.id, axes, metric, metricId, row } as const;
    return [firstColumn === undefined ? figure : { ...figure, firstColumn }];
  });
}

const LOAD_METRICS = (Object.entries(METRICS) as [MetricId, MetricDefinition][]).flatMap(([id, { kind }]) =>
  kind === 'load' ? [id] : [],
);

/** A cell has a place for every load metric, whether or not it was measured there. */
function loadFigures(row: LoadRow): GateFigure[] {
  const axes = loadAxes(row);
  return LOAD_METRICS.map((metric) => ({ kind: 'load', cell: row.id, axes, metric, metricId: metric, row }));
}

function memoryFigures({ memory }: RunRecord): GateFigure[] {
  const peak = memory.server?.rssPeakBytes;
  const figure = (metricId: MetricId, axes: Figure['axes'], bytes: number): GateFigure => ({
    kind: 'memory',
    cell: 'run',
    axes,
    metric: metricId,
    metricId,
    bytes,
  });
  return [
    ...(peak === undefined ? [] : [figure('serverRssPeakBytes', {}, peak)]),
    ...memory.vectorBytes.map(({ dimensions, dtype, bytesPerVector }) =>
      figure('vectorBytes', { dimensions, dtype }, bytesPerVector),
    ),
  ];
}
