import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Exchange } from './exchange.ts';
import { schemaError } from './refused.ts';
import { textReply } from './reply.ts';

const POLL_MS = 5;
const DONE =
  'Cache flushed.\nPlease check backend logs for more details. ' +
  '(When there are running or waiting requests, the operation will not be performed.)\n';

/**
 * `/flush_cache`: 200 when nothing runs, 400 otherwise; newer versions wait up to `timeout` seconds for that. Old
 * versions say the same words either way, so that only the status tells.
 */
export async function answerFlush({ service, query, signal }: Exchange): Promise<Answer> {
  const timeoutSeconds = service.contract.flushWaits ? readTimeout(query) : 0;
  const deadlineMs = performance.now() + timeoutSeconds * 1000;
  let isFlushed = service.flush();
  while (!isFlushed && performance.now() < deadlineMs) {
    await delay(POLL_MS, undefined, { signal });
    isFlushed = service.flush();
  }
  if (isFlushed) return textReply(200, DONE, undefined);
  return textReply(400, service.contract.flushWaits ? 'Flush cache failed.\n' : DONE, undefined);
}

function readTimeout(query: URLSearchParams): number {
  const written = query.get('timeout') ?? '0';
  const seconds = Number(written);
  if (written.trim() === '' || !Number.isFinite(seconds) || seconds < 0) {
    throw schemaError('greater_than_equal', ['timeout'], 'Input should be greater than or equal to 0');
  }
  return seconds;
}
