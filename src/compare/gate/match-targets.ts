import { UsageError } from '../../core/errors.ts';
import { METRICS } from '../../core/metrics.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { valuesOnOneSide } from '../compared-axes.ts';
import { type FigureSelector, selects } from '../figure-selection.ts';
import type { GateTarget } from './targets.ts';

/**
 * The figures that a rule speaks of.
 *
 * @throws UsageError when there are none, when one of several values is no cell's (the rule would guard less than
 *   it says), or when base and candidate were measured with other axes
 */
export function matchTargets(
  selector: FigureSelector,
  targets: readonly GateTarget[],
  where: string,
): GateTarget[] {
  const ofMetric = targets.filter(({ subject }) => selects({ ...selector, cells: {} }, subject));
  if (ofMetric.length === 0) throw unknownFigure(selector, targets, where);
  requireValues(selector, ofMetric, where);
  const matched = ofMetric.filter(({ subject }) => selects(selector, subject));
  if (matched.length === 0) {
    const wanted = Object.entries(selector.cells).map(
      ([axis, value]) => `${axis} ${[value].flat().join(' or ')}`,
    );
    throw new UsageError(`no cell has ${wanted.join(' and ')} together: the rule guards nothing`, {
      where,
      hint: 'Leave an axis out of cells, or measure the combination.',
    });
  }
  return matched;
}

/**
 * A rule that holds the candidate against the base needs a cell that both measured.
 *
 * @throws UsageError when each has cells for the rule, and no cell is the other's
 */
export function requireCommonTarget(matched: readonly GateTarget[], where: string): void {
  if (matched.some(({ base, candidate }) => base !== undefined && candidate !== undefined)) return;
  const axesOf = (side: 'base' | 'candidate') =>
    matched.flatMap((target) => (target[side] === undefined ? [] : [target.subject.axes]));
  const [base, candidate] = [axesOf('base'), axesOf('candidate')];
  if (base.length === 0 || candidate.length === 0) return;
  throw new UsageError(
    `the baseline was measured with other axes: ${valuesOnOneSide(base, candidate).join('; ')}`,
    { where, hint: 'Bless a run of the present config: dimsweep bless <run> --as <name>.' },
  );
}

function unknownFigure(
  { metric }: FigureSelector,
  targets: readonly GateTarget[],
  where: string,
): UsageError {
  const known = [...new Set(targets.map(({ subject }) => subject.metric))];
  const near = nearestName(metric, known);
  const scores = known.filter((name) => METRICS[name as keyof typeof METRICS]?.kind !== 'load');
  return new UsageError(`neither run has ${metric}: the rule guards nothing`, {
    where,
    hint: near === undefined ? `Measured here: ${scores.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function requireValues(
  { metric, cells }: FigureSelector,
  targets: readonly GateTarget[],
  where: string,
): void {
  for (const [axis, wanted] of Object.entries(cells)) {
    const known = [...new Set(targets.flatMap(({ subject }) => subject.axes[axis] ?? []))];
    if (known.length === 0) {
      const axes = [...new Set(targets.flatMap(({ subject }) => Object.keys(subject.axes)))];
      throw new UsageError(`no cell of ${metric} has the axis ${axis}: the rule guards nothing`, {
        where,
        hint:
          axes.length === 0
            ? 'Leave cells out: this figure is the whole run’s.'
            : `Axes are ${axes.join(', ')}.`,
      });
    }
    const strange = [wanted].flat().find((value) => !known.some((name) => String(name) === String(value)));
    if (strange === undefined) continue;
    throw new UsageError(`no cell of ${metric} has ${axis} ${strange}: the rule guards less than it says`, {
      where,
      hint: `Did you mean ${nearestValue(strange, known)}? Measured: ${known.join(', ')}.`,
    });
  }
}

function nearestValue(wanted: string | number, known: readonly (string | number)[]): string | number {
  const number = Number(wanted);
  const numbers = known.map(Number);
  if (Number.isFinite(number) && numbers.every(Number.isFinite)) {
    return known.reduce((best, value) =>
      Math.abs(Number(value) - number) < Math.abs(Number(best) - number) ? value : best,
    );
  }
  return nearestName(String(wanted), known.map(String)) ?? known[0]!;
}
