import type { Clock } from '../../core/clock.ts';
import type { HttpFailure, HttpReply } from './admin-http.ts';

/** How a request to empty the prefix cache ended. Only `flushed` means that it is empty. */
export type FlushResult =
  | { readonly state: 'flushed'; readonly path: string; readonly attempts: number }
  /** The server has no such route. */
  | { readonly state: 'absent' }
  /** 401 or 403: the admin key is wanted. */
  | { readonly state: 'unauthorised'; readonly path: string; readonly status: number }
  /** 400 until the end of the waiting time: something was running or queued. */
  | { readonly state: 'busy'; readonly path: string; readonly attempts: number }
  | { readonly state: 'failed'; readonly path: string; readonly reason: string };

export interface FlushOptions {
  /** Sends one request to flush and gives its path; undefined when the route does not exist. */
  readonly send: () => Promise<
    { readonly path: string; readonly answer: HttpReply | HttpFailure } | undefined
  >;
  readonly clock: Clock;
  /** How long to go on asking a busy server. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** SGLang is not idle at once when the last answer has left it. */
const PAUSE_MS = 500;

/**
 * Empties the server's prefix cache and waits until it says that it did. SGLang answers 400 while anything is
 * running or queued, with the same text as on success in old versions: only the status counts.
 */
export async function flushUntilIdle({ send, clock, waitMs, signal }: FlushOptions): Promise<FlushResult> {
  const deadlineMs = clock.nowMs() + waitMs;
  for (let attempts = 1; ; attempts++) {
    const sent = await send();
    if (sent === undefined) return { state: 'absent' };
    const { path, answer } = sent;
    if (answer.kind === 'failure') return { state: 'failed', path, reason: answer.error.message };
    if (answer.status >= 200 && answer.status < 300) return { state: 'flushed', path, attempts };
    if (answer.status === 401 || answer.status === 403)
      return { state: 'unauthorised', path, status: answer.status };
    if (answer.status !== 400 && answer.status !== 503) {
      return { state: 'failed', path, reason: `HTTP ${answer.status}` };
    }
    if (clock.nowMs() + PAUSE_MS > deadlineMs) return { state: 'busy', path, attempts };
    await clock.sleep(PAUSE_MS, signal);
  }
}
