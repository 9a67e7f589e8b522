import { oneSentence } from '../one-line.ts';

/** Keeps `@team`, `#12` and `https://` from becoming mentions, references and links; takes no room. */
const WORD_JOINER = '\u2060';

/**
 * Text as Markdown that shows it and does nothing else: on one line, no markup, no HTML, no mention (which a
 * backslash would not prevent), no link, safe inside a table's cell.
 */
export function markdownText(text: string): string {
  return oneSentence(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]{}|~$!]/g, '\\$&')
    .replace(/^(?:[-+](?=[\s-]|$)|#|:(?=:))/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/[@#](?=[\w-])/g, `$&${WORD_JOINER}`)
    .replace(/:(?=\/\/)/g, `:${WORD_JOINER}`)
    .replace(/\bwww(?=\.)/gi, `$&${WORD_JOINER}`);
}
