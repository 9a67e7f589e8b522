import {
  formatInterval,
  formatNumber,
  metricNumber,
  metricUnit,
  UNIT_SPACE,
} from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { Score } from '../../core/record/score.ts';
import type { Badge } from './badge.ts';
import type { SafeMarkup } from './markup.ts';

export interface TableColumn {
  readonly label: string;
  /** Shown small behind the label, so that cells need no unit. */
  readonly unit?: string;
  readonly number?: boolean;
  /** Holds sentences: kept wide enough to read. */
  readonly wide?: boolean;
  /** One sentence for a reader who does not know the figure. */
  readonly description?: string;
}

export interface TableCell {
  readonly text: string;
  /** Second, smaller line: an interval, a sample size, a reason. */
  readonly detail?: string;
  readonly number?: boolean;
  readonly badge?: Badge;
  readonly code?: boolean;
  readonly markup?: SafeMarkup;
  /** What sorting goes by, where the text does not say it. */
  readonly sort?: number;
}

export interface TableRow {
  /** Number of the row's axis values, see `tags.ts`. */
  readonly tag?: number;
  readonly tone?: 'chosen' | 'muted';
  /** The first cell heads the row. */
  readonly cells: readonly TableCell[];
}

export interface TableModel {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Long tables scroll in their own box. */
  readonly tall?: boolean;
}

/** What stands where a figure was not measured. */
export const MISSING: TableCell = { text: '–', number: true };

export function textCell(text: string, detail?: string): TableCell {
  return detail === undefined ? { text } : { text, detail };
}

export function badgeCell(badge: Badge, detail?: string): TableCell {
  return { text: '', badge, ...(detail === undefined ? {} : { detail }) };
}

export function codeCell(text: string): TableCell {
  return { text, code: true };
}

/** A number with fixed digits; absent stays absent. */
export function numberCell(value: number | undefined, digits = 0): TableCell {
  return value === undefined ? MISSING : { text: formatNumber(value, digits), number: true };
}

/** A metric's value in its own digits; the column names the unit. */
export function metricCell(id: MetricId, value: number | undefined): TableCell {
  return value === undefined ? MISSING : { text: metricNumber(id, value), number: true };
}

export function metricColumn(id: MetricId): TableColumn {
  const metric = METRICS[id];
  const unit = metric.unit === 'perSecond' ? '' : metricUnit(metric);
  return {
    label: metric.label,
    number: true,
    description: metric.description,
    ...(unit === '' ? {} : { unit }),
  };
}

/** `n = 600`, unbroken. */
export function sampleSize(n: number): string {
  return `n${UNIT_SPACE}=${UNIT_SPACE}${formatNumber(n)}`;
}

/** A score over its interval and, where the table has no column for it, its sample size. */
export function scoreCell(id: MetricId, score: Score | undefined, withSize = true): TableCell {
  if (score === undefined) return MISSING;
  const bounds =
    score.low === undefined || score.high === undefined
      ? []
      : [formatInterval(score.low, score.high, METRICS[id].digits)];
  const parts = withSize ? [...bounds, sampleSize(score.n)] : bounds;
  return {
    text: metricNumber(id, score.value),
    number: true,
    ...(parts.length === 0 ? {} : { detail: parts.join(' · ') }),
  };
}

/** A range of values with its ends. */
export function rangeCell(range: readonly [number, number] | undefined, digits: number): TableCell {
  return range === undefined ? MISSING : { text: formatInterval(range[0], range[1], digits), number: true };
}
