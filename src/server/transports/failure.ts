import type { FailureKind, Outcome } from '../../core/outcome.ts';

/** A failure by kind and in words. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
}

/** Codes of errors that came before a connection stood. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
]);

/** Kind of an answer by its status; 200 is the only one that can become `ok`. */
export function outcomeOfStatus(status: number): Outcome {
  if (status === 200) return 'ok';
  if (status === 429) return 'http429';
  if (status === 503) return 'http503';
  return status >= 500 ? 'http5xx' : 'http4xx';
}

/** How far the answer had come when its connection failed. */
export type Progress = 'connecting' | 'waiting' | 'body';

/**
 * Kind of a failed connection: a clean end in the middle of a body is `truncated`, anything else that stops an
 * answer is `reset`, and what prevents a connection is `refused`.
 */
export function connectionFailure(error: Error, progress: Progress): Failure {
  const code = errorCode(error);
  if (
    progress === 'connecting' ||
    (progress === 'waiting' && code !== undefined && NO_CONNECTION.has(code))
  ) {
    return { kind: 'refused', message: `no connection: ${describe(error, code)}` };
  }
  if (code?.startsWith('HPE_') || error.name === 'HTTPParserError') {
    const endedEarly = code === 'HPE_INVALID_EOF_STATE' && progress === 'body';
    if (!endedEarly) return { kind: 'malformed', message: `not an HTTP answer: ${describe(error, code)}` };
    return { kind: 'truncated', message: 'the body ended before its announced length' };
  }
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || (code === 'UND_ERR_SOCKET' && progress === 'body')) {
    return { kind: 'truncated', message: 'the body ended before its announced length' };
  }
  const when = progress === 'body' ? 'in the middle of the body' : 'before an answer';
  return { kind: 'reset', message: `the connection was closed ${when}: ${describe(error, code)}` };
}

/** The error's code, or that of the first of its causes that has one. */
function errorCode(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    if (at instanceof AggregateError) return errorCode(at.errors[0]);
  }
  return undefined;
}

function describe(error: Error, code: string | undefined): string {
  const message = error.message === '' ? error.name : error.message;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}
