/**
 * What two texts must share to count as the same text: NFKC form (full-width letters, ligatures), lower case,
 * white space collapsed and cut at both ends.
 */
export function textKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
