import * as z from 'zod';
import { type FaultEntry, faultMode } from './fault.ts';
import { amount, count, share } from './settings.ts';

/** Faults in how an answer is counted and sent, and in what stays behind. */
export const REPLY_FAULTS = {
  'reset-mid-body': faultMode({
    summary: 'reset the connection after a share (0.5) of the body, e.g. reset-mid-body:nth=10',
    settings: z.strictObject({ share: share(0.5) }),
    hooks: ({ share: sent }) => ({ transmit: () => ({ kind: 'reset', share: sent }) }),
  }),
  /** `closed`: the connection ends before the promised length. `short`: the length is right and the JSON is not. */
  'truncated-body': faultMode({
    summary: 'stop after a share (0.5) of the body; length=closed or short',
    settings: z.strictObject({ share: share(0.5), length: z.enum(['closed', 'short']).default('closed') }),
    hooks: ({ share: sent, length }) => ({
      transmit: () => ({ kind: length === 'closed' ? 'cut' : 'shortened', share: sent }),
    }),
  }),
  /** The head goes out at once and the body follows piece by piece: time to the first byte looks good. */
  'slow-serialisation': faultMode({
    summary: 'the body dribbles out in pieces (10) over ms (100)',
    settings: z.strictObject({ ms: amount(100), pieces: count(10) }),
    hooks: ({ ms, pieces }) => ({ transmit: () => ({ kind: 'dribble', pieces, overMs: ms }) }),
  }),
  'wrong-usage': faultMode({
    summary: 'usage counts factor (2) times the tokens; factor=0 for none, mode=missing for no usage',
    settings: z.strictObject({ factor: amount(2), mode: z.enum(['scaled', 'missing']).default('scaled') }),
    hooks: ({ factor, mode: how }) => ({
      alterUsage: ({ promptTokens, totalTokens }) =>
        how === 'missing'
          ? undefined
          : {
              promptTokens: Math.round(promptTokens * factor),
              totalTokens: Math.round(totalTokens * factor),
            },
    }),
  }),
  /** The server's memory grows with every request. */
  leak: faultMode({
    summary: 'keep kib (256) of memory for every request',
    settings: z.strictObject({ kib: count(256) }),
    hooks: ({ kib }) => {
      const kept: Buffer[] = [];
      return {
        admit() {
          kept.push(Buffer.alloc(kib * 1024, 1));
          return undefined;
        },
      };
    },
  }),
} as const satisfies Record<string, FaultEntry>;
