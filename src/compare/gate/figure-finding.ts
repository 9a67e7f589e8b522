import { metricText, plainTypography } from '../../core/figure-text.ts';
import type { MetricId } from '../../core/metrics.ts';
import { loadFigure, type Measured, scoreFigure } from '../claims-measure.ts';
import { type Finding, fail, pass, undecided } from './finding.ts';
import type { GateFigure } from './targets.ts';

/** Figures are kept with six significant digits in baselines. */
const DIGITS = 6;

/** `exact`: the figure is the base's, to six significant digits. */
export function exactFinding(base: GateFigure, candidate: GateFigure): Finding {
  const [before, after] = [measured(base), measured(candidate)];
  const problem = [before, after].find((side) => typeof side === 'string' || side.invalid !== undefined);
  if (problem !== undefined) return undecided(typeof problem === 'string' ? problem : problem.invalid!);
  const [was, is] = [rounded(before), rounded(after)];
  return was === is ? pass(`${was} on both sides`) : fail(`it was ${was} and is ${is}`);
}

function rounded(figure: Measured | string): number {
  return typeof figure === 'string' ? Number.NaN : Number(figure.value.toPrecision(DIGITS));
}

/** `min`, `max`: the whole 95 % interval meets the bounds, or none of it does. */
export function boundsFinding(
  figure: GateFigure,
  bounds: { readonly min?: number; readonly max?: number },
  minTrials: number,
): Finding {
  const found = measured(figure);
  if (typeof found === 'string') return undecided(found);
  if (found.invalid !== undefined) return undecided(found.invalid);
  if (figure.kind === 'load' && figure.row.trials.length < minTrials) {
    return undecided(`too few trials: ${figure.row.trials.length}, where ${minTrials} are needed`);
  }
  const { value, exact } = found;
  const [low, high] = exact ? [value, value] : [found.low, found.high];
  const text = textOf(figure.metricId, value, low, high);
  if (low === undefined || high === undefined) {
    return undecided(`${text}, without an interval, so that its doubt is not known`);
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds;
  if (high < min || low > max) return fail(`${text}, out of bounds`);
  return low >= min && high <= max ? pass(text) : undecided(`${text}: a bound lies inside the interval`);
}

function measured(figure: GateFigure): Measured | string {
  switch (figure.kind) {
    case 'quality':
      return scoreFigure(figure.row, figure.metric);
    case 'load': {
      const found = loadFigure(figure.row, figure.metricId);
      // Failures are counted: a bound of 0 asks what happened, and no interval of a share ends at 0.
      return figure.metricId === 'errorShare' ? { ...found, exact: true } : found;
    }
    case 'memory':
      return { value: figure.bytes, exact: true };
  }
}

function textOf(id: MetricId, value: number, low: number | undefined, high: number | undefined): string {
  const interval =
    low === undefined || high === undefined || low === high
      ? ''
      : ` (at 95 % ${metricText(id, low)} to ${metricText(id, high)})`;
  return plainTypography(`${metricText(id, value)}${interval}`);
}
