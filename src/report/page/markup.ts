/**
 * Markup that was built here and is safe to put into a page as it is. Handlebars leaves values with `toHTML`
 * unescaped and escapes every other one; only {@link trustedMarkup} makes them, so its callers are the complete
 * list of places where escaping is somebody's duty.
 */
export interface SafeMarkup {
  toHTML(): string;
}

export function trustedMarkup(html: string): SafeMarkup {
  return { toHTML: () => html };
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for quoted attributes alike. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/**
 * JSON for a `<script type="application/json">` element: nothing in it can end the element, open a comment or
 * end a line of script.
 */
export function scriptJson(value: unknown): SafeMarkup {
  const json = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return trustedMarkup(json);
}
