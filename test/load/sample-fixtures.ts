import type { LoadCell } from '../../src/core/cell.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { TrialPart } from '../../src/load/cell-evidence.ts';
import type { TimeSpan } from '../../src/load/load-protocol.ts';
import { createSamples, type MutableSamples, OUTCOME_CODES } from '../../src/load/sample-recorder.ts';
import type { TrialFacts } from '../../src/load/trial-facts.ts';
import { trialSummary } from '../../src/load/trial-summary.ts';

/** A request in a few words; times in milliseconds. */
export interface Written {
  readonly due: number;
  /** Default: when it is due. */
  readonly sent?: number;
  /** Send → last byte; absent: no answer. */
  readonly service?: number;
  readonly outcome?: Outcome;
  readonly texts?: number;
}

export const CLOSED: LoadCell = {
  kind: 'load',
  dimensions: 32,
  instruction: 'none',
  batchSize: 1,
  arrivals: 'closed',
  concurrency: 1,
  encoding: 'float',
  transport: 'wire',
  cache: 'cold',
};
export const OPEN: LoadCell = { ...CLOSED, arrivals: 'constant', rate: 100 };

/** A table of the requests; each is in the window when it is due in it. */
export function samplesOf(requests: readonly Written[], { openMs, closeMs }: TimeSpan): MutableSamples {
  const samples = createSamples(requests.length);
  for (const [row, { due, sent = due, service, outcome = 'ok', texts = 1 }] of requests.entries()) {
    samples.intendedMs[row] = due;
    samples.sentMs[row] = sent;
    samples.headersMs[row] = service === undefined ? Number.NaN : sent + service * 0.9;
    samples.lastByteMs[row] = service === undefined ? Number.NaN : sent + service;
    samples.decodedMs[row] = service === undefined ? Number.NaN : sent + service + 0.5;
    samples.texts[row] = texts;
    samples.tokens[row] = texts * 3;
    samples.bytes[row] = texts * 100;
    samples.outcome[row] = OUTCOME_CODES[outcome];
    samples.inWindow[row] = due >= openMs && due < closeMs ? 1 : 0;
  }
  return samples;
}

/** Facts of a trial in which the client behaved. */
export function facts(window: TimeSpan, overrides: Partial<TrialFacts> = {}): TrialFacts {
  return {
    window,
    cancelled: false,
    settled: true,
    timeoutMs: 1000,
    threads: 1,
    meanInFlight: 1,
    eventLoopUtilisation: 0.1,
    eventLoopDelayP99Ms: 1,
    newSockets: 0,
    heldMs: 0,
    vectors: { checked: 100, base64: 0, normMin: 1, normMax: 1 },
    reusedTexts: 0,
    messages: {},
    ...overrides,
  };
}

export function part(samples: MutableSamples, its: TrialFacts, steady = true): TrialPart {
  return {
    trial: trialSummary(0, '2026-01-01T00:00:00.000Z', samples, its.window, steady),
    facts: its,
    samples,
  };
}

/** `count` requests one after another, each `service` ms long, from time 0 on. */
export function backToBack(count: number, service: number): Written[] {
  return Array.from({ length: count }, (_, i) => ({ due: i * service, service }));
}
