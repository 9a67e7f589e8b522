import type { LoadRow } from '../../core/record/load-row.ts';
import type { Candidate, LatencyStatistic } from './candidates.ts';

/** Keeps the candidates that are best by one criterion, or cannot be told from the best. */
export type Stage = (candidates: readonly Candidate[]) => readonly Candidate[];

/** Applies criteria in order until one candidate is left; the cell ids settle what no criterion does. */
export function narrow(candidates: readonly Candidate[], stages: readonly Stage[]): Candidate | undefined {
  let left = candidates;
  for (const stage of stages) {
    if (left.length <= 1) break;
    left = stage(left);
  }
  return left.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1))[0];
}

export const fewestBytes: Stage = (candidates) => {
  const least = Math.min(...candidates.map((c) => c.bytesPerVector));
  return candidates.filter((c) => c.bytesPerVector === least);
};

/** Highest value of a metric where higher is better; equal means equal in the digits that are shown. */
export function highestScore(digits: number, sign: 1 | -1): Stage {
  return (candidates) => {
    const rounded = (c: Candidate) =>
      c.score === undefined ? Number.NEGATIVE_INFINITY : Number((sign * c.score.value).toFixed(digits));
    const best = Math.max(...candidates.map(rounded));
    return candidates.filter((c) => rounded(c) === best);
  };
}

/** Lowest latency; those whose spread overlaps the lowest one's cannot be told from it. */
export function lowestLatency(statistic: LatencyStatistic): Stage {
  return (candidates) => {
    const measured = candidates.filter((c) => c.latencyMs !== undefined);
    const best = measured.toSorted((a, b) => a.latencyMs! - b.latencyMs!)[0];
    if (best === undefined) return candidates;
    const [, high] = latencySpread(best.load!, statistic);
    return measured.filter((c) => latencySpread(c.load!, statistic)[0] <= high);
  };
}

/** Most texts per second; those whose trials reach into the fastest one's cannot be told from it. */
export const mostTexts: Stage = (candidates) => {
  const measured = candidates.filter((c) => c.textsPerSecond !== undefined);
  const best = measured.toSorted((a, b) => b.textsPerSecond! - a.textsPerSecond!)[0];
  if (best === undefined) return candidates;
  const [low] = throughputSpread(best.load!);
  return measured.filter((c) => throughputSpread(c.load!)[1] >= low);
};

/** Order-statistic interval of the pooled samples, widened by what the single trials gave. */
function latencySpread(row: LoadRow, statistic: LatencyStatistic): [number, number] {
  const percentile = statistic === 'responseP95Ms' ? 'p95' : 'p50';
  const pooled = row.latencyMs.response[percentile] ?? Number.NaN;
  const interval = row.latencyMs.response.intervals?.[percentile] ?? [pooled, pooled];
  const trials = row.trials.flatMap((trial) => trial[statistic] ?? []);
  return [Math.min(pooled, interval[0], ...trials), Math.max(pooled, interval[1], ...trials)];
}

/** Slowest and fastest trial. */
function throughputSpread(row: LoadRow): [number, number] {
  const trials = row.trials.map((trial) => trial.textsPerSecond);
  const pooled = row.throughput.textsPerSecond;
  return [Math.min(pooled, ...trials), Math.max(pooled, ...trials)];
}

function identity(candidate: Candidate): string {
  return `${candidate.quality?.id ?? ''} ${candidate.load?.id ?? ''}`;
}
