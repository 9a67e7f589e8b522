/** What a response's status line and headers say about its body. */
export interface ResponseHead {
  readonly status: number;
  /** Announced bytes; undefined for chunked bodies and those that end with the connection. */
  readonly contentLength: number | undefined;
  readonly chunked: boolean;
  /** Whether the connection may carry another request afterwards. */
  readonly keepAlive: boolean;
}

/** The peer does not speak HTTP/1.1. */
export class HttpSyntaxError extends Error {}

const STATUS = /^HTTP\/1\.([01]) (\d{3})(?: |\r|$)/;
/** The three headers that decide where the body ends. */
const FRAMING = /\r\n(content-length|transfer-encoding|connection)[ \t]*:[ \t]*([^\r\n]*)/gi;

/**
 * Reads a status line and its headers, without the empty line behind them.
 *
 * @throws HttpSyntaxError
 */
export function parseHead(text: string): ResponseHead {
  const status = STATUS.exec(text);
  if (status === null) {
    throw new HttpSyntaxError(
      `the answer starts with ${JSON.stringify(text.slice(0, 40))}, not with HTTP/1.1`,
    );
  }
  let announced: number | undefined;
  let chunked = false;
  let keepAlive = status[1] === '1';
  for (const [, name, raw] of text.matchAll(FRAMING)) {
    const value = raw!.trim().toLowerCase();
    switch (name!.toLowerCase()) {
      case 'content-length':
        announced = agreedLength(value, announced);
        break;
      case 'transfer-encoding':
        chunked = isChunked(value);
        break;
      default:
        keepAlive = value === 'keep-alive' || (keepAlive && value !== 'close');
    }
  }
  const contentLength = chunked ? undefined : announced;
  return {
    status: Number(status[2]),
    contentLength,
    chunked,
    keepAlive: keepAlive && (chunked || contentLength !== undefined),
  };
}

function agreedLength(value: string, before: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(length) || (before !== undefined && before !== length)) {
    throw new HttpSyntaxError(`content-length is ${JSON.stringify(value)}`);
  }
  return length;
}

function isChunked(value: string): boolean {
  if (value !== 'chunked' && value !== 'identity') {
    throw new HttpSyntaxError(`transfer-encoding ${JSON.stringify(value)} was not asked for`);
  }
  return value === 'chunked';
}
