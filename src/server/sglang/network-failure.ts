/** Why no HTTP reply came. */
export type NetworkFailureReason =
  | 'refused'
  | 'unknownHost'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'notHttp'
  | 'other';

const REASON_BY_CODE: Readonly<Record<string, NetworkFailureReason>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  EADDRNOTAVAIL: 'refused',
  ENOTFOUND: 'unknownHost',
  EAI_AGAIN: 'unknownHost',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EPROTO: 'tls',
};

/** The reason behind an error of the HTTP client, from its code or its cause's. */
export function networkFailureReason(error: unknown): NetworkFailureReason {
  for (
    let depth = 0, current = error;
    depth < 4 && current instanceof Error;
    depth++, current = current.cause
  ) {
    if (current.name === 'TimeoutError') return 'timeout';
    if (current.name === 'HTTPParserError') return 'notHttp';
    const code = codeOf(current);
    if (code === undefined) continue;
    const reason = REASON_BY_CODE[code];
    if (reason !== undefined) return reason;
    if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_OSSL)/.test(code)) return 'tls';
  }
  return 'other';
}

/** The first code in the chain of causes, for messages. */
export function networkFailureCode(error: unknown): string | undefined {
  for (
    let depth = 0, current = error;
    depth < 4 && current instanceof Error;
    depth++, current = current.cause
  ) {
    const code = codeOf(current);
    if (code !== undefined) return code;
  }
  return undefined;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
