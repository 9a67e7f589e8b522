import * as z from 'zod';

/** Units that an amount may be written with; without one it is in the metric's own unit. */
const AMOUNT_UNITS = ['%', 'points', 'ms', 's', '/s', 'B', 'kB', 'MB', 'GB'] as const;
export type AmountUnit = (typeof AMOUNT_UNITS)[number];

/** `"5%"`, `"2 points"`, `"3 ms"`, `"1.5MB"`. */
const WRITTEN = new RegExp(`^(-?\\d+(?:\\.\\d+)?) ?(${AMOUNT_UNITS.join('|')}|point)$`);
const FORM =
  'write a number in the metric’s own unit, or one with a unit, such as "5%", "2 points" or "3 ms"';

const writtenSchema = z.string().regex(WRITTEN, FORM);
/** A value that a figure is held against. */
export const boundSchema = z.union([z.number(), writtenSchema]);
/** How much worse a figure may get. */
export const amountSchema = boundSchema.refine((written) => !(readAmount(written).value <= 0), {
  message:
    'must be more than 0: no measurement shows that nothing at all was lost; use exact for what never varies',
});

export interface Amount {
  readonly value: number;
  /** Absent: the metric's own. */
  readonly unit?: AmountUnit;
}

/** Takes an amount apart that has passed its schema. */
export function readAmount(written: number | string): Amount {
  if (typeof written === 'number') return { value: written };
  const [, value, unit] = WRITTEN.exec(written) ?? [];
  return { value: Number(value), unit: unit === 'point' ? 'points' : (unit as AmountUnit) };
}
