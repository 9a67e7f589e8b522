import { type AmountUnit, readAmount } from '../../config/gate-amount.ts';
import { UsageError } from '../../core/errors.ts';
import { METRICS, type MetricDefinition, type MetricId, type MetricUnit } from '../../core/metrics.ts';
import type { MeasuredChange } from '../difference.ts';

/** How much worse a figure may get: a share of the base's value, or an amount in the metric's own unit. */
export interface Limit {
  readonly value: number;
  readonly isShare: boolean;
  /** As people read it: `5 %`, `0.02`, `3 ms`. */
  readonly text: string;
}

/** Units that a metric's amounts may be written with, and what one of each is in the metric's own. */
const OWN_UNITS: Readonly<Record<MetricUnit, Partial<Record<AmountUnit, number>>>> = {
  ratio: { points: 0.01 },
  score: {},
  milliseconds: { ms: 1, s: 1000 },
  perSecond: { '/s': 1 },
  bytes: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 },
  count: {},
};
const UNIT_NAMES: Readonly<Record<MetricUnit, string>> = {
  ratio: 'a share between 0 and 1',
  score: 'a number without a unit',
  milliseconds: 'a time in milliseconds',
  perSecond: 'a rate per second',
  bytes: 'a size in bytes',
  count: 'a count',
};

/**
 * What `maxRegression` or `nonInferiorWithin` allows.
 *
 * @throws UsageError when the unit is not the metric's, or no figure could ever break the limit
 */
export function regressionLimit(written: number | string, id: MetricId, where: string): Limit {
  const { label, absoluteOnly, direction, unit: own }: MetricDefinition = METRICS[id];
  const { value, unit } = readAmount(written);
  if (unit !== '%') {
    const amount = inOwnUnit(written, id, where);
    if (own === 'ratio' && amount >= 1) throw cannotBreak(written, id, where);
    return { value: amount, isShare: false, text: limitText(value, unit ?? impliedUnit(own)) };
  }
  if (absoluteOnly === true) {
    throw new UsageError(`${written} of ${label} (${id}) means nothing: its value can be 0`, {
      where,
      hint: `Write an amount instead, such as ${own === 'ratio' ? '"1 point" or ' : ''}0.01.`,
    });
  }
  if (direction === 'higher' && value >= 100) throw cannotBreak(written, id, where);
  return { value: value / 100, isShare: true, text: limitText(value, '%') };
}

/**
 * A bound in the metric's own unit; of shares, `"85%"` is 0.85.
 *
 * @throws UsageError when the unit is not the metric's, or the bound lies where no figure can be
 */
export function boundValue(written: number | string, id: MetricId, where: string): number {
  const own: MetricUnit = METRICS[id].unit;
  const { value, unit } = readAmount(written);
  const bound = unit === '%' && own === 'ratio' ? value / 100 : inOwnUnit(written, id, where);
  const isPossible = own === 'score' || (bound >= 0 && (own !== 'ratio' || bound <= 1));
  if (isPossible) return bound;
  throw new UsageError(`${METRICS[id].label} (${id}) is ${UNIT_NAMES[own]} and is never ${written}`, {
    where,
    hint:
      bound > 1
        ? `Write "${written}%" or ${bound / 100}.`
        : 'Write a bound that a figure can lie on either side of.',
  });
}

/** The limit on the scale of a change; undefined for a share of a base that is not above 0. */
export function limitOn({ value, isShare }: Limit, { base, scale }: MeasuredChange): number | undefined {
  if (isShare === (scale === 'relative')) return value;
  if (!(base > 0)) return undefined;
  return isShare ? value * base : value / base;
}

function inOwnUnit(written: number | string, id: MetricId, where: string): number {
  const { value, unit } = readAmount(written);
  const own: MetricUnit = METRICS[id].unit;
  const factor = unit === undefined ? 1 : OWN_UNITS[own][unit];
  if (factor !== undefined) return value * factor;
  const units = Object.keys(OWN_UNITS[own]);
  throw new UsageError(
    `"${written}" cannot be said of ${METRICS[id].label} (${id}), which is ${UNIT_NAMES[own]}`,
    {
      where,
      hint: `Write a plain number${units.length === 0 ? '' : `, or one with ${units.join(', ')}`}${unit === '%' ? '' : ', or a share such as "5%"'}.`,
    },
  );
}

function cannotBreak(written: number | string, id: MetricId, where: string): UsageError {
  return new UsageError(
    `${METRICS[id].label} (${id}) cannot get worse by ${written}: the rule could never fail`,
    {
      where,
      hint:
        typeof written === 'number' && METRICS[id].unit === 'ratio'
          ? `Did you mean "${written}%" or ${written / 100}?`
          : 'Write a smaller amount.',
    },
  );
}

function impliedUnit(own: MetricUnit): AmountUnit | undefined {
  return own === 'milliseconds' ? 'ms' : own === 'perSecond' ? '/s' : own === 'bytes' ? 'B' : undefined;
}

function limitText(value: number, unit: AmountUnit | undefined): string {
  if (unit === 'points' && value === 1) return '1 point';
  return unit === undefined ? String(value) : `${value} ${unit}`;
}
