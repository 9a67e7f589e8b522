import * as z from 'zod';
import { type FaultEntry, type FaultHooks, faultMode } from './fault.ts';
import { count, noSettings } from './settings.ts';

const BURST = z.strictObject({ requests: count(5), every: count(50) });

/** Refuses the last `requests` of every `every` requests. */
function burst(
  status: number,
  message: string,
): (settings: { readonly requests: number; readonly every: number }) => FaultHooks {
  return ({ requests, every }) => {
    let seen = 0;
    return {
      admit() {
        const position = seen++ % every;
        return position < every - requests ? undefined : { status, type: String(status), message };
      },
    };
  };
}

/** Faults that answer with an error. */
export const REFUSAL_FAULTS = {
  'burst-503': faultMode({
    summary: 'the last requests (5) of every (50) get 503, as from a full queue',
    settings: BURST,
    hooks: burst(503, 'The request queue is full.'),
  }),
  'burst-429': faultMode({
    summary: 'the last requests (5) of every (50) get 429, as from a rate limit',
    settings: BURST,
    hooks: burst(429, 'Too many requests.'),
  }),
  /** As `--max-queued-requests`: 503, and 500 in the old dialect. */
  'queue-limit': faultMode({
    summary: 'refuse requests while more than texts (64) wait to be computed',
    settings: z.strictObject({ texts: count(64) }),
    contract: ({ texts }) => ({ maxQueuedTexts: texts }),
  }),
  /** A stock launch of Qwen3-Embedding, whose config does not say that it is a Matryoshka model. */
  'refuse-dimensions': faultMode({
    summary: '400 for every request that carries dimensions, as without the Matryoshka override',
    settings: noSettings,
    contract: () => ({ dimensions: 'refused' }),
  }),
  'refuse-base64': faultMode({
    summary: '400 for encoding_format base64',
    settings: noSettings,
    contract: () => ({ base64: 'refused' }),
  }),
  /** Launched without `--is-embedding`. */
  'generation-mode': faultMode({
    summary: '400 that asks for --is-embedding, as from a server that was launched to generate',
    settings: noSettings,
    contract: () => ({ isGeneration: true }),
  }),
} as const satisfies Record<string, FaultEntry>;
