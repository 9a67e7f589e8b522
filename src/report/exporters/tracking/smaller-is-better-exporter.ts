import type { GateCheck, GateResult } from '../../../compare/gate-result.ts';
import { formatInterval, metricUnit, plainTypography } from '../../../core/figure-text.ts';
import { METRICS, type MetricDefinition, type MetricId } from '../../../core/metrics.ts';
import type { Exporter } from '../exporter.ts';
import { jsonText } from '../json/json-text.ts';
import { boundedName, figuresOfCandidate, figuresOfRun, type TrackedFigure } from './tracked-figure.ts';

/** One entry of the array that github-action-benchmark reads. */
interface Benchmark {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

/** What a metric is called, and how its values are turned, so that smaller is better. */
interface SmallerIsBetter {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly turn: (value: number) => number;
}

/** Rates become the time that one of these takes. */
const TIME_PER: Partial<Record<MetricId, string>> = {
  textsPerSecond: 'text',
  requestsPerSecond: 'request',
  tokensPerSecond: 'token',
};

/**
 * The array that github-action-benchmark reads with `tool: customSmallerIsBetter`. Metrics where smaller is better
 * stand as they are. Others are turned, and their names say so: a score whose best is 1 becomes `1 - score`, a
 * rate becomes the time per text, request or token. Figures that describe and never decide are left out, as are
 * invalid cells. The action compares by ratio, so alert thresholds speak of error shares, not of accuracies; it
 * refuses an empty array.
 */
export const smallerIsBetterExporter: Exporter = {
  description: 'github-action-benchmark, customSmallerIsBetter',
  extension: 'json',
  run: (record) => jsonText(figuresOfRun(record).flatMap(benchmark)),
  comparison: (comparison) => jsonText(figuresOfCandidate(comparison).flatMap(benchmark)),
  gate: (gate) =>
    jsonText([...gateBenchmarks(gate), ...figuresOfCandidate(gate.comparison).flatMap(benchmark)]),
};

function benchmark({ name, metricId, value, low, high, n }: TrackedFigure): Benchmark[] {
  const turned = smallerIsBetter(metricId);
  if (turned === undefined || !Number.isFinite(turned.turn(value))) return [];
  return [
    {
      name: boundedName(`${name}: ${turned.name}`),
      unit: turned.unit,
      value: turned.turn(value),
      ...(low === undefined || high === undefined ? {} : { range: rangeText(turned, low, high) }),
      ...(n === undefined ? {} : { extra: `n = ${n}` }),
    },
  ];
}

function smallerIsBetter(id: MetricId): SmallerIsBetter | undefined {
  const metric: MetricDefinition = METRICS[id];
  const { label, direction, digits } = metric;
  const per = TIME_PER[id];
  if (per !== undefined) {
    return { name: `time per ${per}`, unit: `ms/${per}`, digits: 3, turn: (value) => 1000 / value };
  }
  if (direction === 'lower') {
    return { name: label, unit: metricUnit(metric) || metric.unit, digits, turn: (value) => value };
  }
  return direction === 'higher' && metric.kind === 'quality'
    ? { name: `1 - ${label}`, unit: metric.unit, digits, turn: complement }
    : undefined;
}

/** 1 - value, without the noise of binary fractions. */
function complement(value: number): number {
  return Number((1 - value).toPrecision(12));
}

/** Both bounds turned and in order. */
function rangeText({ turn, digits }: SmallerIsBetter, low: number, high: number): string {
  const bounds = [turn(low), turn(high)];
  return plainTypography(formatInterval(Math.min(...bounds), Math.max(...bounds), digits));
}

function gateBenchmarks({ checks, comparison }: GateResult): Benchmark[] {
  const count = (name: string, outcome: GateCheck['outcome']): Benchmark => ({
    name: boundedName(`${comparison.candidate.name}: gate: ${name} checks`),
    unit: 'checks',
    value: checks.filter((check) => check.outcome === outcome).length,
  });
  return [count('failed', 'fail'), count('undecided', 'undecided')];
}
