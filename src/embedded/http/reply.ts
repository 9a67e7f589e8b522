import type { Transmission } from '../faults/fault.ts';

/** An answer that is ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** In one piece or several, sent one behind the other. */
  readonly body: readonly Buffer[];
  /** How a fault wants it sent; undefined: in one go, as promised. */
  readonly transmission?: Transmission;
}

export function jsonReply(status: number, value: unknown): Reply {
  return { status, contentType: 'application/json', body: [Buffer.from(JSON.stringify(value))] };
}

export function textReply(
  status: number,
  text: string,
  contentType: string | undefined = 'text/plain; charset=utf-8',
): Reply {
  return { status, contentType, body: text === '' ? [] : [Buffer.from(text)] };
}
