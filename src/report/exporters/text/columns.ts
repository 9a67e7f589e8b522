import stringWidth from 'string-width';
import { oneSentence } from '../one-line.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Terminal columns that a text takes: wide CJK characters count two, combining marks none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** The text in at most so many columns; what does not fit is cut, and an ellipsis says so. */
export function fitted(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  return `${head(text, columns - 1)}…`;
}

export function padded(text: string, columns: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, columns - columnsOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** Where a line may end: at a space, but not inside `32 × 8`. */
const BREAK = /(?<!×) (?!×)/;

/** Lines of at most so many columns, broken at spaces; a word that is longer than a line is broken anywhere. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneSentence(text)
    .split(BREAK)
    .flatMap((long) => pieces(long, columns))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= columns) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (columnsOf(rest) > columns) {
    const part = head(rest, columns);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}

/** The longest beginning that fits, but at least one character. */
function head(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment);
    if (used > columns && taken !== '') break;
    taken += segment;
    if (used >= columns) break;
  }
  return taken;
}
