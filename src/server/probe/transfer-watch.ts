import type { Finding } from '../../core/record/server-block.ts';
import { median } from '../../stats/moments.ts';
import type { EmbeddingClient } from '../embedding-client.ts';
import { millisecondsText } from './figures.ts';

/** Looks on while a client is used, and tells how far the bodies of answers come behind their heads. */
export interface TransferWatch {
  readonly client: EmbeddingClient;
  /** Undefined when heads and bodies come together. */
  finding(): Finding | undefined;
}

/** A body of a few kilobytes that takes longer than this, and longer than its head, is held back. */
const HELD_BACK_MS = 20;

export function watchTransfers(client: EmbeddingClient): TransferWatch {
  const headersMs: number[] = [];
  const bodyMs: number[] = [];
  return {
    client: {
      async embed(request, signal) {
        const reply = await client.embed(request, signal);
        if (reply.ok) {
          headersMs.push(reply.headersMs);
          bodyMs.push(reply.serviceMs - reply.headersMs);
        }
        return reply;
      },
      close: () => client.close(),
    },
    finding() {
      if (bodyMs.length === 0) return undefined;
      const [head, body] = [median(headersMs), median(bodyMs)];
      if (body < HELD_BACK_MS || body < head) return undefined;
      return {
        id: 'transfer',
        title: 'Head and body of an answer',
        verdict: 'note',
        evidence: `the head comes after ${millisecondsText(head)}, the body is complete ${millisecondsText(body)} later (medians of ${bodyMs.length} answers)`,
        mend: 'latencies here end at the last byte: do not compare them with tools whose clock stops at the head',
      };
    },
  };
}
