import { createHash } from 'node:crypto';

/**
 * JSON with object keys sorted and `undefined` members left out, so that equal contents give equal bytes
 * whatever the order they were built in.
 *
 * @throws TypeError when the value holds something JSON cannot carry (a function, NaN, a cycle).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonicalJson: ${value} has no JSON form`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`canonicalJson: a ${typeof value} has no JSON form`);
}

/** Lower-case hex SHA-256 of the value's canonical JSON. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Lower-case hex SHA-256 of raw bytes or of a string's UTF-8 form. */
export function bytesHash(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
