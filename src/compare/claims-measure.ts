import { bytesPerVector, type Dtype } from '../core/axes.ts';
import { METRICS, type MetricDefinition, type MetricId } from '../core/metrics.ts';
import type { Distribution, LoadRow } from '../core/record/load-row.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { mean, sampleSd } from '../stats/moments.ts';
import { tQuantile } from '../stats/t-distribution.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';
import { loadAxes, qualityAxes } from './align.ts';
import { matchesSelector } from './cell-selector.ts';
import type { ClaimTerm } from './claims-grammar.ts';

/** What a record holds that claims can speak of. */
export type ClaimRecord = Pick<RunRecord, 'quality' | 'load' | 'memory' | 'items' | 'instructions'>;

/** A term's figure at one cell. A figure that has no chance in it, such as bytes, is `exact`. */
export interface Measured {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly exact: boolean;
  readonly cell?: string;
  /** The quality row behind it, for paired intervals. */
  readonly row?: QualityRow;
  /** Why the figure can decide nothing. */
  readonly invalid?: string;
}

/** The term's figure at every cell it speaks of, or why there is none. */
export function measure(term: ClaimTerm, record: ClaimRecord): Measured[] | string {
  switch (METRICS[term.of].kind) {
    case 'quality':
      return measureQuality(term, record);
    case 'load':
      return measureLoad(term, record.load);
    case 'memory':
      return measureMemory(term, record);
  }
}

/** The quality row a term speaks of: what it leaves open is native width, first instruction, float32. */
export function qualityRowOf(term: ClaimTerm, record: ClaimRecord): QualityRow | string {
  const selector = {
    instruction: record.instructions[0]?.name ?? '',
    dtype: 'float32',
    ...term.selector,
  };
  const rows = record.quality.filter((row) => matchesSelector(qualityAxes(row), selector));
  const widest = rows.reduce<QualityRow | undefined>(
    (best, row) => (best === undefined || row.dimensions > best.dimensions ? row : best),
    undefined,
  );
  if (widest !== undefined) return widest;
  const asked = Object.entries(selector).map(([axis, value]) => `${axis} ${String(value)}`);
  return `no quality cell has ${asked.join(', ')}`;
}

function measureQuality(term: ClaimTerm, record: ClaimRecord): Measured[] | string {
  const row = qualityRowOf(term, record);
  if (typeof row === 'string') return row;
  const figure = scoreFigure(row, scoreKey(term, row));
  return typeof figure === 'string' ? figure : [figure];
}

/** A score of one row by its key, or why there is none. */
export function scoreFigure(row: QualityRow, key: string): Measured | string {
  const score = row.scores[key];
  if (score === undefined) return `${key} was not scored at ${row.dimensions} dimensions`;
  return { ...intervalOf(score), value: score.value, exact: false, cell: row.id, row };
}

/** The key in a row's scores: the first clustering column's scores have no brackets. */
export function scoreKey({ of, column }: ClaimTerm, row: QualityRow): string {
  return column === undefined || row.clustering?.[0]?.column === column ? of : `${of}[${column}]`;
}

function intervalOf({ low, high }: { low?: number; high?: number }): { low?: number; high?: number } {
  return low === undefined || high === undefined ? {} : { low, high };
}

function measureLoad(term: ClaimTerm, load: readonly LoadRow[]): Measured[] | string {
  const rows = load.filter((row) => matchesSelector(loadAxes(row), term.selector));
  return rows.length === 0 ? 'no load cell has these axes' : rows.map((row) => loadFigure(row, term.of));
}

/** A load metric of one row, with the reason why it decides nothing where it does not. */
export function loadFigure(row: LoadRow, metric: MetricId): Measured {
  const definition: MetricDefinition = METRICS[metric];
  const value = definition.read?.(row);
  const invalid =
    row.validity.verdict === 'invalid'
      ? `the cell is invalid: ${row.validity.reasons.map((reason) => reason.message).join('; ')}`
      : value === undefined
        ? 'too few samples to carry this figure'
        : undefined;
  return {
    value: value ?? Number.NaN,
    ...loadInterval(metric, row),
    exact: false,
    cell: row.id,
    ...(invalid === undefined ? {} : { invalid }),
  };
}

type PercentileKey = keyof NonNullable<Distribution['intervals']>;

/** Order-statistic bounds of a percentile, Wilson's of a failure share, Student's t over trials of a rate. */
function loadInterval(metric: MetricId, row: LoadRow): { low?: number; high?: number } {
  const percentile = /^(service|response)(P\d+)Ms$/.exec(metric);
  if (percentile !== null) {
    const distribution = row.latencyMs[percentile[1] as 'service' | 'response'];
    const bounds = distribution.intervals?.[percentile[2]!.toLowerCase() as PercentileKey];
    return bounds === undefined ? {} : { low: bounds[0], high: bounds[1] };
  }
  if (metric === 'errorShare' && row.requests.sent > 0) {
    const { low, high } = wilsonInterval(row.requests.sent - row.requests.ok, row.requests.sent);
    return { low, high };
  }
  return metric === 'requestsPerSecond' || metric === 'textsPerSecond'
    ? trialInterval(row.trials.map((trial) => trial[metric]))
    : {};
}

function trialInterval(values: readonly number[]): { low?: number; high?: number } {
  if (values.length < 2) return {};
  const half = (tQuantile(0.975, values.length - 1) * sampleSd(values)) / Math.sqrt(values.length);
  return { low: mean(values) - half, high: mean(values) + half };
}

function measureMemory(term: ClaimTerm, { memory, quality }: ClaimRecord): Measured[] | string {
  if (term.of === 'serverRssPeakBytes') {
    const value = memory.server?.rssPeakBytes;
    return value === undefined ? 'the server’s memory was not measured' : [{ value, exact: true }];
  }
  const widest = quality.reduce((most, row) => Math.max(most, row.dimensions), 0);
  const dimensions = Number(term.selector['dimensions'] ?? widest);
  const dtype = String(term.selector['dtype'] ?? 'float32') as Dtype;
  if (!(dimensions > 0)) return 'no width was measured';
  const known = memory.vectorBytes.find((entry) => entry.dimensions === dimensions && entry.dtype === dtype);
  return [{ value: known?.bytesPerVector ?? bytesPerVector(dimensions, dtype), exact: true }];
}
