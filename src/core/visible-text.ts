/**
 * C0 and C1 controls (an ESC may steer a terminal), line and paragraph separators, the bidirectional embeddings,
 * overrides and isolates that can turn the rest of a line around, and halves of characters and non-characters
 * that files and XML cannot hold. Tabs and line feeds are left to the caller; ordinary directional marks and
 * joiners of real scripts stay.
 */
const DECEPTIVE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\p{Surrogate}]/gu;

/**
 * The text with every character that could steer a terminal or turn a line around written out as `⟨U+202E⟩`.
 * Names and texts come from data files and servers: they are shown, never obeyed.
 */
export function visibleText(text: string): string {
  return text.replace(
    DECEPTIVE,
    (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** A copy in which every string, keys included, went through {@link visibleText}. */
export function withVisibleText<T>(value: T): T {
  return visible(value) as T;
}

function visible(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value);
  if (Array.isArray(value)) return typeof value[0] === 'number' ? value : value.map(visible);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [visibleText(key), visible(member)]),
  );
}
