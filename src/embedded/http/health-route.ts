import type { Answer, Exchange } from './exchange.ts';
import { textReply } from './reply.ts';

/** How often SGLang looks whether its probe has come back: a healthy answer takes a second. */
const POLL_MS = 1000;

/** `/health`: at once in new versions; old ones compute a token first. */
export function answerHealth(exchange: Exchange): Answer | Promise<Answer> {
  const { engine, contract } = exchange.service;
  if (engine.failure() !== undefined) return unhealthy();
  return contract.healthPollMs > 0 ? answerHealthGenerate(exchange) : healthy();
}

/** `/health_generate`: one token through the model, looked at once a second. */
export async function answerHealthGenerate({ service, signal }: Exchange): Promise<Answer> {
  const startedMs = performance.now();
  try {
    await service.engine.embed([{ text: '.', tokens: [0] }], signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return unhealthy();
  }
  const polls = Math.floor((performance.now() - startedMs) / POLL_MS) + 1;
  await service.timer.waitUntil(startedMs + polls * POLL_MS, signal);
  return healthy();
}

const healthy = (): Answer => textReply(200, '', undefined);
const unhealthy = (): Answer => textReply(503, '', undefined);
