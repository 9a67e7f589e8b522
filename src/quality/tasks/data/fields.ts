import * as z from 'zod';

/** A text that is not blank. */
export const textField = z.string('must be a text').refine((text) => text.trim() !== '', 'must not be empty');

/** An id; numbers are taken as they are written. */
export const idField = z
  .union([z.string().min(1, 'must not be empty'), z.number()], 'must be a text or a number')
  .transform(String);

/** A finite number, also when a CSV file gives it as text. */
export const numberField = z
  .union([z.number(), z.string()], 'must be a number')
  .transform((value) => (typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)))
  .refine(Number.isFinite, 'must be a number');

const TRUE_WORDS = ['1', 'true', 'yes'];
const FALSE_WORDS = ['0', 'false', 'no'];

/** Yes or no, as JSON, number or word. */
export const booleanField = z
  .union([z.boolean(), z.number(), z.string()], 'must be 0 or 1')
  .transform((value) => String(value).trim().toLowerCase())
  .refine((word) => TRUE_WORDS.includes(word) || FALSE_WORDS.includes(word), 'must be 0 or 1')
  .transform((word) => TRUE_WORDS.includes(word));
