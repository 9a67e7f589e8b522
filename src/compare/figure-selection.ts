import { UsageError } from '../core/errors.ts';
import { METRICS, type MetricId, metricOfScoreKey } from '../core/metrics.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type CellSelector, matchesSelector, requireAxes } from './cell-selector.ts';
import type { CellAxes } from './difference.ts';
import { MEMORY_METRICS } from './memory-differences.ts';
import { QUALITY_HEADLINES } from './quality-differences.ts';
import { COMPARED_LOAD_METRICS, isComparedLoadMetric, isLoadHeadline } from './trial-figures.ts';

/** A metric at some cells, as the command line and gate rules name it. */
export interface FigureSelector {
  /** Metric id, with `[column]` for the scores of one label column. */
  readonly metric: string;
  readonly cells: CellSelector;
}

/** One figure of one cell, as a selection sees it. */
export interface Figure {
  readonly metric: string;
  readonly metricId: MetricId;
  readonly axes: CellAxes;
  /** Label column that a score key without brackets is of. */
  readonly firstColumn?: string;
}

/**
 * The metric behind a name such as `accuracy` or `ari[domain]`.
 *
 * @throws UsageError that names the nearest metric
 */
export function requireMetric(name: string, where: string): MetricId {
  const id = metricOfScoreKey(name)?.id;
  if (id !== undefined) return id;
  const near = nearestName(name.replace(/\[.*$/, ''), Object.keys(METRICS));
  throw new UsageError(`there is no metric ${name}`, {
    where,
    hint: near === undefined ? `Metrics are ${Object.keys(METRICS).join(', ')}.` : `Did you mean ${near}?`,
  });
}

/**
 * The metric behind a name, if two runs of it can be compared.
 *
 * @throws UsageError that names the metrics that can
 */
export function requireComparedMetric(name: string, where: string): MetricId {
  const id = requireMetric(name, where);
  const { kind, label } = METRICS[id];
  if (kind === 'quality' || isComparedLoadMetric(id)) return id;
  if (MEMORY_METRICS.includes(id)) return id;
  const known = kind === 'load' ? COMPARED_LOAD_METRICS : MEMORY_METRICS;
  throw new UsageError(
    `${label} (${id}) is not kept trial by trial, so that a change cannot be told from chance`,
    {
      where,
      hint: `Compare one of ${known.join(', ')}.`,
    },
  );
}

/** Whether a selector speaks of the figure. */
export function selects({ metric, cells }: FigureSelector, figure: Figure): boolean {
  return names(figure).includes(metric) && matchesSelector(figure.axes, cells);
}

function names({ metric, firstColumn }: Figure): string[] {
  return metric.includes('[') || firstColumn === undefined ? [metric] : [metric, `${metric}[${firstColumn}]`];
}

/** Whether a figure is compared when nobody names others. */
export function isHeadline({ metricId, axes }: Figure): boolean {
  return METRICS[metricId].kind === 'load'
    ? isLoadHeadline(metricId, 'rate' in axes ? 'open' : 'closed')
    : QUALITY_HEADLINES.includes(metricId) || MEMORY_METRICS.includes(metricId);
}

/**
 * Refuses selectors that can never speak of anything that is compared.
 *
 * @throws UsageError that names the nearest metric or axis
 */
export function requireComparable(selectors: readonly FigureSelector[], where: string): void {
  for (const { metric, cells } of selectors) {
    requireComparedMetric(metric, where);
    requireAxes(cells, where);
  }
}
