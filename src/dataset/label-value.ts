const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What a raw label or filter value is compared by: `4`, `"4"`, `" 4.0 "` and `4n` are one value, `true` and
 * `"true"` are one; other strings are compared exactly, white space around them aside.
 */
export function labelKey(value: unknown): string {
  const text = String(value).trim();
  return NUMBER.test(text) ? `number ${Number(text)}` : `text ${text}`;
}

/**
 * A raw label as a class name: trimmed, and a whole number without the `.0` that table tools append. `null` when
 * there is nothing to name: absent, `null`, NaN, only white space, or an object.
 */
export function className(value: unknown): string | null {
  if (value === undefined || typeof value === 'object' || Number.isNaN(value)) return null;
  const text = String(value).trim();
  if (text === '') return null;
  return /^[+-]?\d+\.0+$/.test(text) ? text.replace(/\.0+$/, '') : text;
}

/** A value from a data file in a sentence: quoted, control characters escaped, cut at 60 characters. */
export function quoted(value: unknown): string {
  const text = typeof value === 'object' ? (JSON.stringify(value) ?? String(value)) : String(value);
  const characters = Array.from(text);
  return JSON.stringify(characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : text);
}
