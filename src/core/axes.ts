/** How the server writes a vector into the response body. */
export const ENCODINGS = ['float', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * How requests travel. `wire` is the measuring default (plain keep-alive sockets, undici for TLS and proxies),
 * `undici` forces the latter, `openai` is the vendor SDK with retries off: what an SDK user gets and pays.
 */
export const TRANSPORTS = ['wire', 'undici', 'openai'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** How a stored vector keeps a number; derived on the client from float32, no server involved. */
export const DTYPES = ['float32', 'float16', 'int8', 'binary'] as const;
export type Dtype = (typeof DTYPES)[number];

/** Which texts a load cell may share with earlier requests; see `docs/architecture.md`. */
export const CACHE_MODES = ['cold', 'shared-instruction', 'warm'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];

/** When requests are due. `closed` sends the next one when a connection is free. */
export const ARRIVALS = ['closed', 'constant', 'poisson', 'gamma'] as const;
export type Arrivals = (typeof ARRIVALS)[number];

/** Bytes of one stored vector: binary packs eight dimensions to the byte. */
export function bytesPerVector(dimensions: number, dtype: Dtype): number {
  switch (dtype) {
    case 'float32':
      return dimensions * 4;
    case 'float16':
      return dimensions * 2;
    case 'int8':
      return dimensions;
    case 'binary':
      return Math.ceil(dimensions / 8);
  }
}
