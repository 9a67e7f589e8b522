/** Longest part of a server's own words that is passed on. */
const LONGEST = 500;

/**
 * What a server says in the body of a failed request. Servers of one family already use several shapes: flat
 * `{message}`, OpenAI's `{error: {message}}`, `{error: "Unauthorized"}`, FastAPI's `{detail}`, or plain text.
 *
 * @param secrets values that must not appear in the result
 */
export function errorMessage(status: number, body: string, secrets: readonly string[]): string {
  const said = redact(messageIn(body) ?? body.trim(), secrets);
  if (said === '') return `HTTP ${status}`;
  return `HTTP ${status}: ${said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said}`;
}

/** Replaces every secret by `***`. */
export function redact(text: string, secrets: readonly string[]): string {
  let result = text;
  for (const secret of secrets) if (secret.length > 0) result = result.replaceAll(secret, '***');
  return result;
}

/**
 * Values of a request's headers that could identify or authorise somebody: the key itself and everything in
 * headers that are not plain protocol.
 */
export function secretsOf(apiKey: string | undefined, headers: Readonly<Record<string, string>>): string[] {
  const secrets = Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|cookie|password/i.test(name))
    .map(([, value]) => value);
  if (apiKey !== undefined) secrets.push(apiKey);
  return secrets
    .flatMap((value) => [value, value.replace(/^\S+\s+/, '')])
    .filter((value) => value.length >= 4);
}

function messageIn(body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return messageOf(value);
}

function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) {
    const parts = value.map(messageOf).filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join('; ');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, error, detail, msg } = value as Record<string, unknown>;
  return messageOf(message) ?? messageOf(error) ?? messageOf(detail) ?? messageOf(msg);
}
