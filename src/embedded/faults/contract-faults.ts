import * as z from 'zod';
import { type FaultEntry, faultMode } from './fault.ts';
import { amount, noSettings } from './settings.ts';

const PREFIX_CACHE = z.strictObject({ tokenMs: amount(0.2) });

/** Faults that break a promise without a word. */
export const CONTRACT_FAULTS = {
  'ignore-dimensions': faultMode({
    summary: 'full vectors, whatever dimensions were asked for',
    settings: noSettings,
    contract: () => ({ dimensions: 'ignored' }),
  }),
  'no-renormalise': faultMode({
    summary: 'shortened vectors keep their norm below 1',
    settings: noSettings,
    contract: () => ({ renormalise: false }),
  }),
  'ignore-encoding': faultMode({
    summary: 'floats, also when base64 was asked for',
    settings: noSettings,
    contract: () => ({ base64: 'ignored' }),
  }),
  'auto-truncate': faultMode({
    summary: 'cut the tail of texts that are too long, as with --allow-auto-truncate',
    settings: noSettings,
    contract: () => ({ autoTruncate: true }),
  }),
  /**
   * A simulated radix cache: every token that is not in it costs `tokenMs`, a repeated text costs one token, and the
   * counters, `/server_info` and `/encode` tell the truth.
   */
  'prefix-cache': faultMode({
    summary: 'repeats are fast: other tokens cost tokenMs (0.2) each; the counters say so',
    settings: PREFIX_CACHE,
    contract: ({ tokenMs }) => ({ prefixCache: 'counted', prefillMsPerToken: tokenMs }),
  }),
  'prefix-cache-silent': faultMode({
    summary: 'as prefix-cache, while every counter and flag says that there is none',
    settings: PREFIX_CACHE,
    contract: ({ tokenMs }) => ({ prefixCache: 'silent', prefillMsPerToken: tokenMs }),
  }),
  'no-metrics': faultMode({
    summary: '/metrics answers 404, as without --enable-metrics',
    settings: noSettings,
    contract: () => ({ metrics: 'off' }),
  }),
} as const satisfies Record<string, FaultEntry>;
