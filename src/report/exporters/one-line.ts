import { plainTypography } from '../../core/figure-text.ts';

/** Sentences longer than this are cut: no name or server message may push the rest out of sight. */
const MOST_CHARACTERS = 600;

/**
 * The text on one line, in plain typography. CI services take `##[command]` anywhere in a log for an order, so it
 * is broken.
 */
function onOneLine(text: string): string {
  return plainTypography(text).replace(/\s+/g, ' ').replaceAll('##[', '## [').trim();
}

/** The text on one line, cut where it is longer than any sentence that is meant to be read. */
export function oneSentence(text: string): string {
  const characters = [...onOneLine(text)];
  return characters.length <= MOST_CHARACTERS
    ? characters.join('')
    : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}
