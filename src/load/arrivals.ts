import type { Arrivals } from '../core/axes.ts';
import type { Random } from '../core/random.ts';

export type OpenArrivals = Exclude<Arrivals, 'closed'>;

/** Draws the time between two arrivals, with mean 1. */
type IntervalSampler = (random: Random, burstiness: number) => number;

/** Random arrival processes by their intervals, scaled to mean 1; constant ones need no draw. */
const INTERVALS = {
  poisson: (random) => -Math.log1p(-random.next()),
  /** Shape `burstiness`: 1 is Poisson, smaller is burstier, larger more regular. */
  gamma: (random, burstiness) => gammaVariate(random, burstiness) / burstiness,
} as const satisfies Record<Exclude<OpenArrivals, 'constant'>, IntervalSampler>;

export interface TimetableOptions {
  readonly arrivals: OpenArrivals;
  /** Requests per second. */
  readonly rate: number;
  /** How long the timetable lasts. */
  readonly seconds: number;
  /** Shape of gamma arrivals. */
  readonly burstiness: number;
  readonly random: Random;
}

/** Stretch of a timetable that holds exactly its share of arrivals. */
const STRETCH_SECONDS = 10;

/**
 * When every request is due, in milliseconds from the start, ascending: an absolute timetable, so that a late
 * request never makes the next one late. Random arrivals are scaled so that every ten seconds hold the number
 * that the rate says; otherwise a short window would run at a rate that chance chose.
 */
export function createTimetable(options: TimetableOptions): Float64Array {
  const { arrivals, rate, seconds, burstiness, random } = options;
  const due = new Float64Array(Math.max(1, Math.floor(rate * seconds)));
  if (arrivals === 'constant') return due.map((_, i) => (i / rate) * 1000);
  const perStretch = Math.max(1, Math.round(rate * STRETCH_SECONDS));
  const interval = (): number => INTERVALS[arrivals](random, burstiness);
  for (let from = 0; from < due.length; from += perStretch) {
    const stretch = due.subarray(from, from + perStretch);
    fillStretch(stretch, (from / rate) * 1000, (stretch.length / rate) * 1000, interval);
  }
  return due;
}

/**
 * Arrivals between the intervals that add up to the stretch. For exponential intervals these are the order
 * statistics of uniform points: a Poisson process, given its number of arrivals.
 */
function fillStretch(due: Float64Array, startMs: number, lengthMs: number, interval: () => number): void {
  let total = 0;
  for (let i = 0; i < due.length; i++) {
    total += interval();
    due[i] = total;
  }
  total += interval();
  for (let i = 0; i < due.length; i++) due[i] = startMs + (due[i]! / total) * lengthMs;
}

/**
 * Gamma variate with mean and variance `shape` (Marsaglia & Tsang, ACM TOMS 26, 2000; shapes below 1 by their
 * boosting step).
 */
function gammaVariate(random: Random, shape: number): number {
  if (shape < 1) return gammaVariate(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normalVariate(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log1p(-random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Standard normal variate (Box & Muller, 1958). */
function normalVariate(random: Random): number {
  return Math.sqrt(-2 * Math.log1p(-random.next())) * Math.cos(2 * Math.PI * random.next());
}
