import type { Dtype } from '../../core/axes.ts';
import { bytesPerVector } from '../../core/axes.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Score } from '../../core/record/score.ts';

/** Latency figures that can decide: the median where some cell is too small for its 95th percentile. */
export type LatencyStatistic = 'responseP95Ms' | 'responseP50Ms';

/**
 * One way to run the server: vectors of a width and dtype under an instruction, at one operating point (batch
 * size × concurrency or rate, encoding, transport). Either half may be missing when it was not measured.
 */
export interface Candidate {
  readonly dimensions: number;
  readonly instruction: string;
  readonly dtype: Dtype;
  readonly serverArgs?: string;
  readonly bytesPerVector: number;
  readonly quality?: QualityRow;
  readonly score?: Score;
  readonly load?: LoadRow;
  readonly latencyMs?: number;
  readonly textsPerSecond?: number;
}

/** Joins quality and load cells on what both depend on. Invalid load cells join nothing: they cannot win. */
export function candidatesOf(
  record: RunRecord,
  metric: MetricId | undefined,
  statistic: LatencyStatistic,
): Candidate[] {
  const usable = record.load.filter((row) => row.validity.verdict !== 'invalid');
  const scored = record.quality.filter((row) => metric !== undefined && row.scores[metric] !== undefined);
  const joined = scored.flatMap((quality) => {
    const operatingPoints = usable.filter((load) => sameVectors(load, quality));
    const base = fromQuality(quality, metric);
    return operatingPoints.length === 0
      ? [base]
      : operatingPoints.map((load) => ({ ...base, ...loadFigures(load, statistic) }));
  });
  const alone = usable
    .filter((load) => !scored.some((quality) => sameVectors(load, quality)))
    .map((load) => ({ ...fromLoad(load), ...loadFigures(load, statistic) }));
  return [...joined, ...alone];
}

/** The 95th percentile when every usable load cell has one, else the median. */
export function latencyStatistic(record: RunRecord): LatencyStatistic {
  const usable = record.load.filter((row) => row.validity.verdict !== 'invalid');
  return usable.every((row) => row.latencyMs.response.p95 !== undefined) ? 'responseP95Ms' : 'responseP50Ms';
}

function sameVectors(load: LoadRow, quality: QualityRow): boolean {
  return (
    load.dimensions === quality.dimensions &&
    load.instruction === quality.instruction &&
    load.serverArgs === quality.serverArgs
  );
}

function fromQuality(quality: QualityRow, metric: MetricId | undefined): Candidate {
  const score = metric === undefined ? undefined : quality.scores[metric];
  return {
    dimensions: quality.dimensions,
    instruction: quality.instruction,
    dtype: quality.dtype,
    bytesPerVector: quality.bytesPerVector,
    quality,
    ...(quality.serverArgs === undefined ? {} : { serverArgs: quality.serverArgs }),
    ...(score === undefined ? {} : { score }),
  };
}

function fromLoad(load: LoadRow): Candidate {
  return {
    dimensions: load.dimensions,
    instruction: load.instruction,
    dtype: 'float32',
    bytesPerVector: bytesPerVector(load.dimensions, 'float32'),
    ...(load.serverArgs === undefined ? {} : { serverArgs: load.serverArgs }),
  };
}

function loadFigures(load: LoadRow, statistic: LatencyStatistic): Partial<Candidate> {
  const latencyMs = METRICS[statistic].read(load);
  return {
    load,
    textsPerSecond: load.throughput.textsPerSecond,
    ...(latencyMs === undefined ? {} : { latencyMs }),
  };
}
