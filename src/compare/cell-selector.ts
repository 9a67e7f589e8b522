import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

/** Axis → value or values; a cell matches when every axis named here has one of its values. */
export type CellSelector = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** Axes that cells of either kind can have. */
export const AXIS_NAMES = [
  'dimensions',
  'instruction',
  'dtype',
  'batchSize',
  'concurrency',
  'rate',
  'arrivals',
  'encoding',
  'transport',
  'cache',
  'serverArgs',
] as const;

/**
 * @throws UsageError when the selector names something that is no axis
 */
export function requireAxes(selector: CellSelector, where: string): void {
  for (const axis of Object.keys(selector)) {
    if ((AXIS_NAMES as readonly string[]).includes(axis)) continue;
    const near = nearestName(axis, AXIS_NAMES);
    throw new UsageError(`${axis} is not an axis that cells have`, {
      where,
      hint: near === undefined ? `Axes are ${AXIS_NAMES.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
}

/** Whether a cell's axes satisfy the selector; numbers match their decimal text. */
export function matchesSelector(
  axes: Readonly<Record<string, string | number>>,
  selector: CellSelector,
): boolean {
  return Object.entries(selector).every(([axis, wanted]) => {
    const value = axes[axis];
    if (value === undefined) return false;
    const values = typeof wanted === 'object' ? wanted : [wanted];
    return values.some((candidate) => String(candidate) === String(value));
  });
}
