import type { CacheMode } from '../../core/axes.ts';
import { METRIC_ROLES, metricByRole } from './metric-names.ts';

/** Whether the server's counters agree with the cache mode that a cell declares. */
export interface CacheProvenance {
  /** `unverified`: the server tells nothing that would decide it. */
  readonly state: 'agrees' | 'contradicts' | 'unverified';
  /** Prompt tokens served from the prefix cache ÷ all prompt tokens, 0–1. */
  readonly cachedShare?: number;
  readonly message: string;
}

export interface CacheEvidence {
  readonly mode: CacheMode;
  /** Increases of the server's counters over the windows; empty when it gives none. */
  readonly counters: Readonly<Record<string, number>>;
  /** What the probe found out: a server without a prefix cache cannot contradict `cold`. */
  readonly prefixCache?: 'on' | 'off' | 'unknown';
  /** `shared-instruction`: share of the prompt tokens that the instruction makes up, 0–1. */
  readonly instructionShare?: number;
}

/** A cold cell may find this share of its tokens cached: page rounding and foreign requests. */
const COLD_SHARE = 0.01;
/** Tokens around the instruction (template, nonce, page rounding) that may be cached as well. */
const INSTRUCTION_SLACK = 0.05;
/** Counters and cells differ by requests at the window's edges: a warm cell must find at least this share. */
const WARM_SHARE = 0.5;

/**
 * Holds the declared cache mode against the cached share of the prompt tokens. A counter of cached tokens that
 * is absent counts as 0 for servers whose series is born with the first hit (SGLang), and as unknown for others.
 */
export function cacheProvenance(evidence: CacheEvidence): CacheProvenance {
  const share = cachedShareOf(evidence.counters);
  if (share === undefined) return withoutCounters(evidence);
  const percent = `${(share * 100).toFixed(1)} %`;
  const verdict = (agrees: boolean, message: string): CacheProvenance => ({
    state: agrees ? 'agrees' : 'contradicts',
    cachedShare: share,
    message,
  });
  switch (evidence.mode) {
    case 'cold':
      return share <= COLD_SHARE
        ? verdict(true, `${percent} of the prompt tokens came from the prefix cache`)
        : verdict(false, `declared cold, but ${percent} of the prompt tokens came from the prefix cache`);
    case 'shared-instruction': {
      const allowed = Math.min(1, (evidence.instructionShare ?? 1) + INSTRUCTION_SLACK);
      return share <= allowed && share < 0.99
        ? verdict(
            true,
            `${percent} of the prompt tokens came from the prefix cache, the instruction's among them`,
          )
        : verdict(
            false,
            `declared shared-instruction, but ${percent} of the prompt tokens came from the prefix cache: more than the instruction`,
          );
    }
    case 'warm':
      return share >= WARM_SHARE
        ? verdict(true, `${percent} of the prompt tokens came from the prefix cache`)
        : verdict(
            false,
            `declared warm, but only ${percent} of the prompt tokens came from the prefix cache`,
          );
  }
}

/**
 * Cached ÷ all prompt tokens, or undefined when the counters do not carry it. vLLM counts its cache's hits and
 * queries in tokens as well, so its own pair stands in where prompt tokens are missing.
 */
export function cachedShareOf(counters: Readonly<Record<string, number>>): number | undefined {
  const prompt = metricByRole(counters, 'promptTokens') ?? vllmQueries(counters);
  if (prompt === undefined || prompt.value <= 0) return undefined;
  const cached = metricByRole(counters, 'cachedTokens');
  if (cached !== undefined) return Math.min(1, cached.value / prompt.value);
  const computed = metricByRole(counters, 'computedTokens');
  if (computed !== undefined) return Math.min(1, Math.max(0, 1 - computed.value / prompt.value));
  return prompt.name.startsWith('sglang') ? 0 : undefined;
}

/** Mean seconds per text inside the server, in milliseconds, or undefined when the counters do not carry it. */
export function serverMeanMs(counters: Readonly<Record<string, number>>): number | undefined {
  for (const [index, name] of METRIC_ROLES.serverSeconds.entries()) {
    const seconds = counters[name];
    const count = counters[METRIC_ROLES.serverSecondsCount[index]!];
    if (seconds !== undefined && count !== undefined && count > 0) return (seconds / count) * 1000;
  }
  return undefined;
}

function vllmQueries(
  counters: Readonly<Record<string, number>>,
): { readonly name: string; readonly value: number } | undefined {
  for (const name of ['vllm:prefix_cache_queries_total', 'vllm:gpu_prefix_cache_queries_total']) {
    const value = counters[name];
    if (value !== undefined) return { name, value };
  }
  return undefined;
}

function withoutCounters({ mode, prefixCache }: CacheEvidence): CacheProvenance {
  if (prefixCache === 'off') {
    return mode === 'warm'
      ? { state: 'contradicts', message: 'declared warm, but the server runs without a prefix cache' }
      : { state: 'agrees', message: 'the server runs without a prefix cache' };
  }
  return {
    state: 'unverified',
    message: 'cache state unverified: the server gives no counters of prompt and cached tokens',
  };
}
