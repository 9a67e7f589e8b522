/** A function of the step length: value and derivative at one step. */
export interface StepPoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** Share of the promised decrease that a step must bring (Armijo). */
const DECREASE = 1e-4;
/** Share of the initial slope that may be left (Wolfe). */
const CURVATURE = 0.9;
/** Rounding of sums over rows: near the optimum, values this close (relative) cannot be told apart. */
const NOISE = 1e-10;
const PROBES = 25;

/**
 * A step that meets the strong Wolfe conditions, by bracketing and cubic interpolation (Nocedal & Wright,
 * algorithm 3.5), or undefined when none is found. Near the optimum, where decreases drown in rounding, a small
 * enough slope suffices (Hager & Zhang's approximate Wolfe condition).
 *
 * @param origin the function at step 0, sloping down
 * @param first a step that was evaluated already
 */
export function searchStep(
  origin: StepPoint,
  first: StepPoint,
  probe: (step: number) => StepPoint,
): StepPoint | undefined {
  const noise = NOISE * Math.abs(origin.value);
  let low = origin;
  let high: StepPoint | undefined;
  let point = first;
  for (let probes = 0; probes < PROBES; probes++) {
    const tooHigh = !(point.value <= origin.value + DECREASE * point.step * origin.slope + noise);
    if (!tooHigh && Math.abs(point.slope) <= -CURVATURE * origin.slope) return point;
    if (tooHigh || point.slope >= 0) high = point;
    else low = point;
    const next = high === undefined ? 4 * point.step : between(low, high);
    if (high !== undefined && Math.abs(high.step - low.step) <= 1e-12 * high.step) return undefined;
    point = probe(next);
  }
  return undefined;
}

/** Minimum of the cubic through both points and slopes, kept away from the ends of the bracket. */
function between(low: StepPoint, high: StepPoint): number {
  const width = high.step - low.step;
  const theta = (3 * (low.value - high.value)) / width + low.slope + high.slope;
  const root = Math.sqrt(Math.max(0, theta * theta - low.slope * high.slope));
  const step = high.step - (width * (high.slope + root - theta)) / (high.slope - low.slope + 2 * root);
  const margin = 0.1 * width;
  return step > low.step + margin && step < high.step - margin ? step : low.step + 0.5 * width;
}
