import { ServerError } from '../../core/errors.ts';
import type { ComputeEngine } from '../compute/compute-engine.ts';
import { createInlineEngine } from '../compute/inline-engine.ts';
import { startWorkerPool } from '../compute/worker-pool.ts';
import type { Contract } from '../contract.ts';
import { type ActiveFaults, activateFaults } from '../faults.ts';
import type { TokenisedText, Tokenizer } from '../models/embedded-model.ts';
import { type ModelEntry, modelEntry } from '../models/model-table.ts';
import { createPreciseTimer, type PreciseTimer } from '../precise-timer.ts';
import { type Counters, createCounters } from './counters.ts';
import { type EmbeddedTexts, embedTexts } from './embed-texts.ts';
import { createPrefixCache } from './prefix-cache.ts';

/** What a server needs to know before it starts. */
export interface ServiceOptions {
  readonly model: string;
  readonly threads: number;
  readonly faults: readonly string[];
}

/** The model, its threads and everything that requests share. */
export interface EmbeddingService {
  readonly entry: ModelEntry;
  readonly tokenizer: Tokenizer;
  readonly engine: ComputeEngine;
  readonly faults: ActiveFaults;
  readonly contract: Contract;
  readonly counters: Counters;
  readonly timer: PreciseTimer;
  readonly startedMs: number;
  /** Memory that the weights take, shared by all threads. */
  readonly weightBytes: number;
  /** Requests that are being answered, and a way to be one of them. */
  readonly inFlight: InFlight;
  embed(texts: readonly TokenisedText[], signal: AbortSignal): Promise<EmbeddedTexts>;
  /** Empties the prefix cache, if nothing runs; whether it did. */
  flush(): boolean;
  /** Token positions that the prefix cache holds. */
  cachedPositions(): number;
  close(): Promise<void>;
}

/** Counts requests from entry to leave. */
export interface InFlight {
  count(): number;
  enter(): void;
  leave(): void;
}

/**
 * @throws UsageError when model or faults are not known, ServerError when the model does not load
 */
export async function startEmbeddingService(options: ServiceOptions): Promise<EmbeddingService> {
  const entry = modelEntry(options.model);
  const faults = activateFaults(options.faults);
  const weights = entry.loadWeights?.(options.threads);
  const engine =
    entry.isNull === true
      ? createInlineEngine(entry.createEncoder(undefined, 0))
      : await startWorkerPool(entry, options.threads, weights);
  const counters = createCounters();
  const cache = faults.contract.prefixCache === 'off' ? undefined : createPrefixCache();
  const inFlight = createInFlight();
  return {
    entry,
    tokenizer: entry.createTokenizer(),
    engine,
    faults,
    contract: faults.contract,
    counters,
    timer: createPreciseTimer(),
    startedMs: performance.now(),
    weightBytes: weights?.weightBytes ?? 0,
    inFlight,
    embed: (texts, signal) =>
      embedTexts(
        { engine, counters, cache, contract: faults.contract, dimensions: entry.nativeDimensions },
        texts,
        signal,
      ),
    flush() {
      const load = engine.load();
      if (inFlight.count() > 0 || load.running > 0 || load.waiting > 0) return false;
      cache?.clear();
      return true;
    },
    cachedPositions: () => cache?.size() ?? 0,
    close: () => engine.close(),
  };
}

function createInFlight(): InFlight {
  let count = 0;
  return {
    count: () => count,
    enter() {
      count++;
    },
    leave() {
      count--;
      if (count < 0) throw new ServerError('a request left the embedded server twice');
    },
  };
}
