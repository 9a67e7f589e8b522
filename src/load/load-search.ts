import type { Slo } from '../config/load-config.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import { leastSampleForQuantile } from '../stats/quantile-ranks.ts';
import { PERCENTILES } from './distribution.ts';
import { limitsOf } from './goodput.ts';

/** What one measured load says about the objective. */
export interface Attempt {
  /** Requests in flight, or requests per second. */
  readonly load: number;
  readonly met: boolean;
  /** The cell could not be believed, so it counts as not met. */
  readonly unreliable: boolean;
  /** Why the objective could be neither met nor missed, so that it counts as not met. */
  readonly undecided?: string;
}

export interface SearchBounds {
  readonly over: 'rate' | 'concurrency';
  readonly min: number;
  readonly max: number;
  /** The search ends when the bracket is this narrow, relative to its lower end. */
  readonly tolerance: number;
}

/** Outcome of a search for the highest load that meets the objective. */
export interface SearchResult {
  /** Highest load that met it; absent when not even the lowest did. */
  readonly best?: number;
  /** Lowest load that did not; absent when even the highest met it. */
  readonly exceeded?: number;
  readonly attempts: readonly Attempt[];
}

/**
 * Finds the highest load that still meets an objective: from the lowest load by doubling until one does not meet
 * it, then by bisection on a logarithmic scale. It takes the objective to be monotonous in the load; an attempt
 * that contradicts this narrows the bracket from above, which errs on the safe side.
 *
 * @param attempt measures one load; called one at a time
 */
export async function searchHighestLoad(
  bounds: SearchBounds,
  attempt: (load: number) => Promise<Omit<Attempt, 'load'>>,
): Promise<SearchResult> {
  const attempts: Attempt[] = [];
  const meets = async (load: number): Promise<boolean> => {
    const result = { load, ...(await attempt(load)) };
    attempts.push(result);
    return result.met && !result.unreliable;
  };
  let best = rounded(bounds, bounds.min);
  if (!(await meets(best))) return { exceeded: best, attempts };
  const most = rounded(bounds, bounds.max);
  let exceeded: number | undefined;
  while (exceeded === undefined && best < most) {
    const next = Math.min(most, rounded(bounds, best * 2));
    if (await meets(next)) best = next;
    else exceeded = next;
  }
  if (exceeded === undefined) return { best, attempts };
  for (let middle = between(bounds, best, exceeded); middle !== undefined; ) {
    if (await meets(middle)) best = middle;
    else exceeded = middle;
    middle = between(bounds, best, exceeded);
  }
  return { best, exceeded, attempts };
}

/** The next load to try, or undefined when the bracket is narrow enough. */
function between(bounds: SearchBounds, low: number, high: number): number | undefined {
  if ((high - low) / low <= bounds.tolerance) return undefined;
  const middle = rounded(bounds, Math.sqrt(low * high));
  return middle > low && middle < high ? middle : undefined;
}

/** Concurrency comes in whole requests; a rate in three digits. */
function rounded({ over }: SearchBounds, load: number): number {
  return over === 'concurrency' ? Math.max(1, Math.round(load)) : Number(load.toPrecision(3));
}

/**
 * Whether a cell meets the objective, by the upper end of each percentile's interval: a figure that may as well
 * lie above the limit has not been shown to meet it. A percentile that the sample cannot carry is not met.
 */
export function meetsSlo(row: LoadRow, slo: Slo): boolean {
  const { sent, ok } = row.requests;
  if (sent === 0 || (sent - ok) / sent > slo.errorShare) return false;
  const { response } = row.latencyMs;
  return limitsOf(slo).every(({ name, limitMs }) => {
    const upper = response.intervals?.[name]?.[1];
    return upper !== undefined && upper <= limitMs;
  });
}

/** Why a cell is too small to judge the objective by; undefined when it is not. */
export function tooSmallFor(row: LoadRow, slo: Slo): string | undefined {
  const { n } = row.latencyMs.response;
  const missing = limitsOf(slo).find(({ name }) => n < leastSampleForQuantile(PERCENTILES[name]));
  if (missing === undefined) return undefined;
  const least = leastSampleForQuantile(PERCENTILES[missing.name]);
  return `${missing.name} needs ${least} requests in the windows and has ${n}: lengthen load.seconds or add trials`;
}

/** Whether a rate was really offered and answered: a schedule that is not kept proves nothing. */
export function sustainsRate(row: LoadRow): boolean {
  return !row.validity.reasons.some(({ code }) => code === 'rateNotSustained');
}
