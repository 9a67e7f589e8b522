import { requireMetric } from '../../compare/figure-selection.ts';
import type { History } from '../../store/history.ts';
import type { HistoryModel } from './history-model.ts';
import { historySeries } from './history-series.ts';
import { stepRanges } from './step-ranges.ts';

export interface HistoryOptions {
  /** Metric ids or score keys to follow; the headline of every task and load cell by default. */
  readonly metrics?: readonly string[];
  /** Only runs of this config. */
  readonly config?: string;
  /** Only runs of this branch; runs of pull requests do not follow each other. */
  readonly branch?: string;
}

/**
 * Follows every figure over the runs of a results folder and finds its steps. Figures are joined where they can be
 * compared: same config, cell and metric, and the same data for scores, the same hardware for load and memory.
 * Pure: equal histories give equal models.
 *
 * @throws UsageError when a metric is named that does not exist
 */
export function historyModel(history: History, options: HistoryOptions = {}): HistoryModel {
  for (const metric of options.metrics ?? []) requireMetric(metric, '--metric');
  const rows = history.rows.filter(
    ({ name, environment }) =>
      (options.config === undefined || name === options.config) &&
      (options.branch === undefined || environment.branch === options.branch),
  );
  const runs = rows.map(({ points: _points, ...run }) => run);
  const series = historySeries(rows, options.metrics);
  return { runs, series, ranges: stepRanges(runs, series), unreadable: history.unreadable };
}
