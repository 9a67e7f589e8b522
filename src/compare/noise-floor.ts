import { NoVerdictError } from '../core/errors.ts';
import type { NoiseFloor } from '../core/record/noise-floor.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { chiSquaredQuantile } from '../stats/chi-squared-distribution.ts';
import { sampleSd } from '../stats/moments.ts';
import { normalQuantile } from '../stats/normal-distribution.ts';
import { pairedShift } from '../stats/signed-rank.ts';
import { align } from './align.ts';
import { hardwareOf } from './comparability.ts';
import type { ChangeScale } from './difference.ts';
import { invalidity } from './load-differences.ts';
import {
  COMPARED_LOAD_METRICS,
  type ComparedLoadMetric,
  TRIAL_FIGURES,
  trialSides,
} from './trial-figures.ts';

/** One server measured as both sides, in alternation. */
export interface CalibrationRound {
  readonly base: RunRecord;
  readonly candidate: RunRecord;
}

/** Share of A/A changes that a floor covers, and how sure that is. */
const COVERED = 0.95;
const CONFIDENCE = 0.9;
/** Fewer pairs do not tell their own spread. */
const LEAST_PAIRS = 5;
/** Timers and counts are no finer; a floor of nothing would call anything. */
const FINEST: Readonly<Record<ChangeScale, number>> = { relative: 0.001, absolute: 0.001 };

/** How far one cell's figure moved although nothing had changed. */
interface Movement {
  readonly cell: string;
  readonly shift: number;
  /** Standard error that the cell's own trials explain. */
  readonly error: number;
  readonly pairs: number;
}

/**
 * The least effect that may be called on the machine of an A/A calibration, by metric and cell. A cell's shift
 * has two sources: the spread of its trials, which the tests know of, and what sets the two sides apart as a whole
 * (order, memory layout, a neighbour's burst), which they take for a change. With dᵢ ~ N(0, τ² + sᵢ²), τ is bounded
 * from above by the Q-profile method (Viechtbauer, Statistics in Medicine 26, 2007); the floor of a cell covers
 * 95 % of such shifts with a confidence of 90 %. Few cells give a wide bound: more cells or rounds narrow it.
 *
 * @throws NoVerdictError when no cell has five valid pairs of trials
 */
export function noiseFloorOf(rounds: readonly CalibrationRound[]): NoiseFloor {
  const metrics: NoiseFloor['metrics'] = {};
  const counts: number[] = [];
  for (const metric of COMPARED_LOAD_METRICS) {
    const movements = rounds.flatMap((round) => movementsIn(round, metric));
    counts.push(...movements.map(({ pairs }) => pairs));
    if (movements.length > 0) metrics[metric] = metricFloor(movements, TRIAL_FIGURES[metric].scale);
  }
  const last = rounds.at(-1);
  if (last === undefined || counts.length === 0) {
    throw new NoVerdictError(
      `no load cell has ${LEAST_PAIRS} valid pairs of trials: the noise floor stays unknown`,
      {
        hint: `Set load.trials to ${LEAST_PAIRS} or more, ten are better, and see why cells are invalid.`,
      },
    );
  }
  const { environment, finishedAt, server } = last.candidate;
  return {
    hardwareHash: environment.hardwareHash,
    hardware: hardwareOf(environment),
    measuredAt: finishedAt,
    model: server.model,
    pairs: Math.min(...counts),
    metrics,
  };
}

function movementsIn({ base, candidate }: CalibrationRound, metric: ComparedLoadMetric): Movement[] {
  return align(base.load, candidate.load).matched.flatMap((pair) => {
    const sides = trialSides(pair.base, pair.candidate, metric, true);
    if (sides === undefined || sides.base.length < LEAST_PAIRS) return [];
    if (invalidity(pair.base, pair.candidate) !== undefined) return [];
    const differences = sides.candidate.map((value, i) => value - sides.base[i]!);
    // The median of Walsh averages has 3/π of the mean's efficiency under normal noise.
    const error = sampleSd(differences) * Math.sqrt(Math.PI / (3 * differences.length));
    const { shift } = pairedShift(differences);
    return [{ cell: pair.base.id, shift, error, pairs: differences.length }];
  });
}

function metricFloor(movements: readonly Movement[], scale: ChangeScale): NoiseFloor['metrics'][string] {
  const between = betweenVariance(movements);
  const reach = normalQuantile((1 + COVERED) / 2);
  const floorAt = (variance: number): number => {
    const shift = reach * Math.sqrt(between + variance);
    return Math.max(FINEST[scale], scale === 'relative' ? Math.expm1(shift) : shift);
  };
  const byCell = new Map<string, number[]>();
  for (const { cell, error } of movements) byCell.set(cell, [...(byCell.get(cell) ?? []), error ** 2]);
  const variances = [...byCell].map(
    ([cell, squares]) => [cell, squares.reduce((a, b) => a + b, 0) / squares.length] as const,
  );
  return {
    scale,
    leastEffect: floorAt(Math.max(...variances.map(([, variance]) => variance))),
    cells: Object.fromEntries(variances.map(([cell, variance]) => [cell, floorAt(variance)])),
  };
}

/** Upper bound of τ²: the value at which the shifts are as small as they would be once in ten times. */
function betweenVariance(movements: readonly Movement[]): number {
  const least = chiSquaredQuantile(1 - CONFIDENCE, movements.length);
  const weighted = (between: number): number =>
    movements.reduce((sum, { shift, error }) => sum + squaredRatio(shift, between + error ** 2), 0);
  if (weighted(0) <= least) return 0;
  let low = 0;
  let high = movements.reduce((sum, { shift }) => sum + shift ** 2, 0) / least;
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (weighted(middle) > least) low = middle;
    else high = middle;
  }
  return high;
}

function squaredRatio(shift: number, variance: number): number {
  return shift === 0 ? 0 : shift ** 2 / variance;
}
