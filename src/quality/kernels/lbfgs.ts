import { searchStep } from './line-search.ts';
import type { SolverSpace, SolverVector } from './solver-vector.ts';

/** Loss of the data at a step along the current direction, and its derivative by the step. */
export interface LossAtStep {
  readonly loss: number;
  readonly slope: number;
}

/** A smooth convex loss over a `SolverSpace`; the solver adds the penalty itself. */
export interface SolverProblem {
  readonly space: SolverSpace;
  /** Sets the direction, which it may round to what it can multiply exactly, and evaluates at `step`. */
  move(direction: SolverVector, step: number): LossAtStep;
  /** Evaluates at another step along the same direction; costs no product. */
  probe(step: number): LossAtStep;
  /** Makes the last evaluated step the current point and writes the loss's gradient there. */
  accept(step: number, gradient: SolverVector): void;
}

export interface SolverOptions {
  /** λ of the penalty λ/2 · |weights|². */
  readonly penalty: number;
  readonly maxIterations: number;
  /** Estimated gap to the optimum, relative to the objective, at which to stop. */
  readonly tolerance: number;
}

export interface SolverResult {
  readonly objective: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Pairs of steps and gradient changes that the solver remembers. */
const HISTORY = 10;

interface Pair {
  readonly step: SolverVector;
  readonly change: SolverVector;
  /** 1 ÷ (step · change). */
  rho: number;
}

/**
 * Limited-memory BFGS (Nocedal & Wright, algorithm 7.5) for loss + λ/2 · |weights|², from `start`, which becomes
 * the solution. It stops when both ½ |gradient · direction|, the quasi-Newton estimate of what is left to gain,
 * and the gain of the last step are below the tolerance, or when λ-convexity proves the gap to be.
 */
export function minimise(problem: SolverProblem, start: SolverVector, options: SolverOptions): SolverResult {
  const { space } = problem;
  const { penalty, tolerance } = options;
  const point = start;
  const gradient = space.create();
  const nextGradient = space.create();
  const direction = space.create();
  const pairs: Pair[] = [];
  let spare: Pair | undefined;

  space.copy(point, direction);
  const first = problem.move(direction, 1);
  space.copy(direction, point);
  problem.accept(1, gradient);
  space.addScaledWeights(penalty, point, gradient);
  let squared = space.dotWeights(point, point);
  let objective = first.loss + 0.5 * penalty * squared;
  let lastGain = Number.POSITIVE_INFINITY;

  for (let iteration = 0; ; iteration++) {
    const gradientSquared = space.dot(gradient, gradient);
    writeDirection(space, gradient, pairs, direction);
    const descent = space.dot(gradient, direction);
    const small = tolerance * Math.abs(objective);
    const proven = gradientSquared <= 2 * penalty * small;
    if (proven || (-0.5 * descent <= small && lastGain <= small))
      return { objective, iterations: iteration, converged: true };
    if (iteration >= options.maxIterations) return { objective, iterations: iteration, converged: false };

    const firstStep = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(gradientSquared));
    let trial = problem.move(direction, firstStep);
    const cross = space.dotWeights(point, direction);
    const lengthSquared = space.dotWeights(direction, direction);
    const atStep = (step: number, { loss, slope }: LossAtStep) => ({
      step,
      value: loss + 0.5 * penalty * (squared + step * (2 * cross + step * lengthSquared)),
      slope: slope + penalty * (cross + step * lengthSquared),
    });
    const found = searchStep(
      { step: 0, value: objective, slope: descent },
      atStep(firstStep, trial),
      (step) => {
        trial = problem.probe(step);
        return atStep(step, trial);
      },
    );
    if (found === undefined) {
      if (pairs.length === 0)
        return { objective, iterations: iteration, converged: -0.5 * descent <= 100 * small };
      pairs.length = 0;
      lastGain = Number.POSITIVE_INFINITY;
      continue;
    }
    problem.accept(found.step, nextGradient);
    space.addScaled(found.step, direction, point);
    squared = space.dotWeights(point, point);
    space.addScaledWeights(penalty, point, nextGradient);
    spare = remember(space, pairs, spare, found.step, direction, gradient, nextGradient);
    space.copy(nextGradient, gradient);
    lastGain = objective - found.value;
    objective = found.value;
  }
}

/** direction = −H · gradient, H the inverse Hessian that the pairs describe. */
function writeDirection(
  space: SolverSpace,
  gradient: SolverVector,
  pairs: readonly Pair[],
  direction: SolverVector,
): void {
  space.copy(gradient, direction);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * space.dot(direction, step);
    alphas.push(alpha);
    space.addScaled(-alpha, change, direction);
  }
  const newest = pairs.at(-1);
  const scale = newest === undefined ? 1 : 1 / (newest.rho * space.dot(newest.change, newest.change));
  space.scale(-scale, direction);
  pairs.forEach(({ step, change, rho }, i) => {
    const beta = -rho * space.dot(direction, change);
    space.addScaled(beta - alphas[pairs.length - 1 - i]!, step, direction);
  });
}

/** Keeps the newest pairs. @returns an unused pair, to be filled next time */
function remember(
  space: SolverSpace,
  pairs: Pair[],
  spare: Pair | undefined,
  step: number,
  direction: SolverVector,
  gradient: SolverVector,
  nextGradient: SolverVector,
): Pair | undefined {
  const pair =
    spare ??
    (pairs.length < HISTORY ? { step: space.create(), change: space.create(), rho: 0 } : pairs.shift()!);
  space.copy(direction, pair.step);
  space.scale(step, pair.step);
  space.copy(nextGradient, pair.change);
  space.addScaled(-1, gradient, pair.change);
  const curvature = space.dot(pair.step, pair.change);
  if (!(curvature > 0)) return pair;
  pair.rho = 1 / curvature;
  pairs.push(pair);
  return undefined;
}
