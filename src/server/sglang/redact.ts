import { createHider, REDACTED, redactArguments, withoutPassword } from '../../config/redact-config.ts';

/** Names whose value is a secret whatever its type. */
const SURELY_SECRET =
  /(api[-_]?key|access[-_]?key|private[-_]?key|passw(or)?d|passphrase|secret|credential|authori[sz]ation|cookie|bearer)/i;
/** Names whose value is a secret when it is text: counts of tokens and flags about keys are not. */
const LIKELY_SECRET = /(key|token)/i;
const HARMLESS = /tokeni[sz]|tokens|keyword|keyfile$|token_(capacity|usage)|kv_?cache/i;

/** Nesting below this is cut off: a reply from a stranger has no right to our stack. */
const MAX_DEPTH = 24;
const MAX_ITEMS = 500;
const MAX_CHARACTERS = 4000;

/**
 * A server's reply as records and terminals may show it: every secret-looking value replaced by `***`,
 * recursively, also inside command lines and URLs; strings and lists cut to a length that people read.
 * SGLang's `/server_info` is the whole argument object, its own keys included.
 *
 * @param secrets values that are known to be secret (the config's own keys), wherever they stand
 */
export function redactReply(value: unknown, secrets: readonly string[] = []): unknown {
  const scrub = createScrubber(secrets);
  const visit = (item: unknown, name: string, depth: number): unknown => {
    if (depth > MAX_DEPTH) return '…';
    if (isSecret(name, item)) return REDACTED;
    if (typeof item === 'string') return scrub(item).slice(0, MAX_CHARACTERS);
    if (Array.isArray(item)) {
      const items: unknown[] = item.every((entry) => typeof entry === 'string')
        ? redactArguments(item)
        : item;
      return items.slice(0, MAX_ITEMS).map((entry) => visit(entry, '', depth + 1));
    }
    if (item === null || typeof item !== 'object') return item;
    return Object.fromEntries(
      Object.entries(item)
        .slice(0, MAX_ITEMS)
        .map(([key, member]) => [key, visit(member, key, depth + 1)]),
    );
  };
  return visit(value, '', 0);
}

function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return false;
  if (SURELY_SECRET.test(name)) return true;
  return typeof value !== 'number' && LIKELY_SECRET.test(name) && !HARMLESS.test(name);
}

const FLAG_WITH_VALUE =
  /(--?[\w-]*(?:key|token|secret|passw(?:or)?d|credentials?)(?:\s+|=))("[^"]*"|'[^']*'|[^\s,;)\]}]+)/gi;
const NAMED_VALUE =
  /(["']?\b[\w-]*(?:(?:api|access|secret|private)[-_]?key|secret|credentials?|passw(?:or)?d|(?:hf|auth|access|bearer)[-_]?token)["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;)\]}]+)/gi;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{4,}/g;
const URL_WITH_USER = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/@'"]+@[^\s'"]*/gi;
const KNOWN_SHAPES = /\b(?:sk-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{20,})\b/g;

/**
 * A function that blanks secrets out of free text, such as log lines and command lines: the given values
 * wherever they stand, and whatever looks like a key, a token, a password or a URL with a user in it.
 */
export function createScrubber(secrets: readonly string[] = []): (text: string) => string {
  const hide = createHider(secrets);
  return (text) =>
    hide(text)
      .replace(URL_WITH_USER, (url) => withoutPassword(url))
      .replace(FLAG_WITH_VALUE, (whole, flag: string, value: string) =>
        isNothing(value) ? whole : `${flag}${REDACTED}`,
      )
      .replace(NAMED_VALUE, (whole, name: string, value: string) =>
        isNothing(value) ? whole : `${name}${REDACTED}`,
      )
      .replace(BEARER, `$1 ${REDACTED}`)
      .replace(KNOWN_SHAPES, REDACTED);
}

/** Values that say that there is no secret; hiding them would hide that. */
function isNothing(value: string): boolean {
  return /^(none|null|""|''|\*\*\*)$/i.test(value);
}
