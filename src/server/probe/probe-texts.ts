/** Short texts of different lengths, scripts and meanings, so that no two of their vectors are alike. */
export const REFERENCE_TEXTS: readonly string[] = [
  'The battery lasts two days and the screen is bright even in the sun.',
  '快递很快，但是包装破了，客服也没有回应。',
  'Refund refused twice.',
  'A quiet room with a view of the harbour; breakfast was late, the coffee cold, and nobody cared to ask.',
];

const SENTENCE =
  'the parcel arrived late and one corner of the box was crushed while the seller kept silent ';

/** A text of some hundred tokens that starts with the mark, so that it shares no prefix with any other. */
export function longText(mark: string): string {
  return `${mark} ${SENTENCE.repeat(20)}`;
}

/** A text of at least `tokens` tokens: every word is one token or more. */
export function textOfTokens(mark: string, tokens: number): string {
  return `${mark}${' parcel'.repeat(tokens)}`;
}
