/** Characters that JSON leaves as they are, and that may steer a terminal or turn a line around. */
const UNSEEN = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * The value as indented JSON whose text is harmless on a terminal and in a CI log: what could steer either is
 * written as an escape, so that a parser reads back exactly what went in.
 */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value, undefined, 2)
    .replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('##[', '#\\u0023[');
  return `${json}\n`;
}
