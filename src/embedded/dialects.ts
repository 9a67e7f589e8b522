import type { Contract } from './contract.ts';

/** A version of SGLang: what it did differently from {@link CURRENT_CONTRACT}, with the change that ended it. */
export interface Dialect {
  readonly summary: string;
  readonly contract: Partial<Contract>;
}

/** Versions on both sides of every contract change; chosen like a fault, by name. */
export const DIALECTS = {
  /**
   * Before October 2025: `dimensions` is accepted and ignored (until #11142), base64 as well (until #32481); errors
   * in the conversion and a full queue come out as 500; information routes have only their old names; one key opens
   * everything; `/health` always computes a token and looks once a second; rerank takes a query and documents only.
   */
  'sglang-old': {
    summary: 'SGLang before October 2025: ignores dimensions and base64, old routes, 500 when overloaded',
    contract: {
      software: 'sglang',
      version: '0.5.2',
      dimensions: 'ignored',
      base64: 'ignored',
      overloadStatus: 500,
      conversionErrorStatus: 500,
      scalarRidFails: true,
      routeNames: 'old',
      modelInfoDetails: false,
      usageReasoningTokens: false,
      flushWaits: false,
      authentication: 'single',
      healthPollMs: 1000,
      metrics: 'old',
      rerankOptions: false,
    },
  },
  /** October 2025 until about July 2026: `dimensions` works (#11142), base64 is still ignored. */
  'sglang-2025-10': {
    summary: 'SGLang from October 2025 to July 2026: honours dimensions, ignores base64',
    contract: {
      software: 'sglang',
      version: '0.5.4',
      base64: 'ignored',
      modelInfoDetails: false,
      flushWaits: false,
      authentication: 'single',
      healthPollMs: 1000,
      metrics: 'old',
      routeNames: 'old',
    },
  },
  /** After #32481: base64 works and other encodings are refused; `/model_info` tells what the model can do. */
  'sglang-2026-09': {
    summary: 'SGLang as of September 2026, under its own name',
    contract: { software: 'sglang', version: '0.5.19' },
  },
} as const satisfies Record<string, Dialect>;
