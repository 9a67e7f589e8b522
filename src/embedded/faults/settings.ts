import * as z from 'zod';

/** A number as it stands on a command line. */
function written(check: (value: number) => boolean, demand: string) {
  return z
    .string()
    .refine((text) => text.trim() !== '' && Number.isFinite(Number(text)) && check(Number(text)), demand)
    .transform(Number);
}

/** A duration, share or size: 0 or more. */
export const amount = (byDefault: number) =>
  written((value) => value >= 0, 'write a number of 0 or more').default(byDefault);

/** A count: a whole number of 1 or more. */
export const count = (byDefault: number) => wholeNumber().default(byDefault);

export const wholeNumber = () =>
  written((value) => Number.isInteger(value) && value >= 1, 'write a whole number of 1 or more');

/** 0 to 1. */
export const share = (byDefault: number) =>
  written((value) => value >= 0 && value <= 1, 'write a number from 0 to 1').default(byDefault);

/** Any finite number. */
export const signed = (byDefault: number) => written(() => true, 'write a number').default(byDefault);

/** For faults that have nothing to set. */
export const noSettings = z.strictObject({});
