import { type StepPoint, searchStep } from './line-search.ts';
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

interface Solver {
  readonly problem: SolverProblem;
  readonly penalty: number;
  readonly point: SolverVector;
  readonly gradient: SolverVector;
  readonly nextGradient: SolverVector;
  readonly direction: SolverVector;
  /** Oldest first. */
  readonly pairs: Pair[];
  /** A pair that is not in use. */
  spare: Pair | undefined;
  objective: number;
  /** |weights|² of the point. */
  squared: number;
}

/**
 * Limited-memory BFGS (Nocedal & Wright, algorithm 7.5) for loss + λ/2 · |weights|², from `start`, which becomes
 * the solution. It stops when ½ |gradient · direction|, the quasi-Newton estimate of what is left to gain, and
 * the gain of the last step are both below the tolerance.
 */
export function minimise(problem: SolverProblem, start: SolverVector, options: SolverOptions): SolverResult {
  const solver = begin(problem, start, options.penalty);
  let lastGain = Number.POSITIVE_INFINITY;
  for (let iterations = 0; ; iterations++) {
    const { objective } = solver;
    const small = options.tolerance * Math.abs(objective);
    writeDirection(solver);
    const left = -0.5 * problem.space.dot(solver.gradient, solver.direction);
    if (left <= small && lastGain <= small) return { objective, iterations, converged: true };
    if (iterations >= options.maxIterations) return { objective, iterations, converged: false };
    if (advance(solver)) {
      lastGain = objective - solver.objective;
    } else if (solver.pairs.length > 0) {
      // the remembered curvature leads nowhere: start over from the gradient
      solver.pairs.length = 0;
      lastGain = Number.POSITIVE_INFINITY;
    } else {
      return { objective, iterations, converged: lastGain <= small };
    }
  }
}

/** The solver at `start`, which it reaches by one step of length 1 from the origin. */
function begin(problem: SolverProblem, start: SolverVector, penalty: number): Solver {
  const { space } = problem;
  const gradient = space.create();
  const { loss } = problem.move(start, 1);
  problem.accept(1, gradient);
  space.addScaledWeights(penalty, start, gradient);
  const squared = space.dotWeights(start, start);
  return {
    problem,
    penalty,
    point: start,
    gradient,
    nextGradient: space.create(),
    direction: space.create(),
    pairs: [],
    spare: undefined,
    objective: loss + 0.5 * penalty * squared,
    squared,
  };
}

/** direction = −H · gradient, H the inverse Hessian that the pairs describe. */
function writeDirection({ problem: { space }, gradient, pairs, direction }: Solver): void {
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

/** One step along the direction. @returns whether one was found */
function advance(solver: Solver): boolean {
  const { problem, penalty, point, gradient, nextGradient, direction, squared } = solver;
  const { space } = problem;
  const firstStep = solver.pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(space.dot(gradient, gradient)));
  // the problem may round the direction: nothing is measured along it before
  const trial = problem.move(direction, firstStep);
  const cross = space.dotWeights(point, direction);
  const length = space.dotWeights(direction, direction);
  const penalised = (step: number, { loss, slope }: LossAtStep): StepPoint => ({
    step,
    value: loss + 0.5 * penalty * (squared + step * (2 * cross + step * length)),
    slope: slope + penalty * (cross + step * length),
  });
  const origin = { step: 0, value: solver.objective, slope: space.dot(gradient, direction) };
  const found = searchStep(origin, penalised(firstStep, trial), (step) =>
    penalised(step, problem.probe(step)),
  );
  if (found === undefined) return false;
  problem.accept(found.step, nextGradient);
  space.addScaled(found.step, direction, point);
  space.addScaledWeights(penalty, point, nextGradient);
  remember(solver, found.step);
  space.copy(nextGradient, gradient);
  solver.squared = space.dotWeights(point, point);
  solver.objective = found.value;
  return true;
}

/** Keeps the newest pair of step and gradient change, where it shows the curvature of a convex function. */
function remember(solver: Solver, stepLength: number): void {
  const { problem, pairs, gradient, nextGradient, direction } = solver;
  const { space } = problem;
  const pair = solver.spare ?? (pairs.length < HISTORY ? createPair(space) : pairs.shift()!);
  space.copy(direction, pair.step);
  space.scale(stepLength, pair.step);
  space.copy(nextGradient, pair.change);
  space.addScaled(-1, gradient, pair.change);
  const curvature = space.dot(pair.step, pair.change);
  solver.spare = curvature > 0 ? undefined : pair;
  if (curvature > 0) {
    pair.rho = 1 / curvature;
    pairs.push(pair);
  }
}

function createPair(space: SolverSpace): Pair {
  return { step: space.create(), change: space.create(), rho: 0 };
}
