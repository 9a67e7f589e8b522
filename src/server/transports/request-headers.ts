import type { TransportOptions } from '../transport.ts';

/**
 * Headers of every request. Compression would trade server time for bytes behind the back of the measurement,
 * so it is declined.
 */
export function requestHeaders(
  options: Pick<TransportOptions, 'apiKey' | 'headers'>,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
  };
  if (options.apiKey !== undefined) headers['authorization'] = `Bearer ${options.apiKey}`;
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}
