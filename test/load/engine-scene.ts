import { type LoadConfig, loadConfigSchema } from '../../src/config/load-config.ts';
import type { LoadCell } from '../../src/core/cell.ts';
import { outcomeOf, type SampleTable } from '../../src/core/samples.ts';
import type { LoadTarget, TrialRequest } from '../../src/load/trial-request.ts';
import { CLOSED } from './sample-fixtures.ts';

/** What a test of the engine changes in an otherwise plain trial. */
export interface Scene {
  readonly cell?: LoadCell;
  readonly load?: Readonly<Record<string, unknown>>;
  readonly target?: Partial<LoadTarget>;
  readonly request?: Partial<Pick<TrialRequest, 'trial' | 'instruction' | 'texts' | 'seed'>>;
}

/** Texts as data has them: of different lengths. */
const TEXTS = Array.from({ length: 50 }, (_, i) => `review ${i} ${'of a thing '.repeat(1 + (i % 5))}`);

/** A short window right behind a short warm-up, whatever the latencies do meanwhile. */
export function shortLoad(overrides: Scene['load'] = {}): LoadConfig {
  return loadConfigSchema.parse({
    seconds: 0.3,
    trials: 1,
    warmupSeconds: 0.1,
    maxWarmupSeconds: 0,
    ceiling: false,
    ...overrides,
  });
}

/** A trial against a server, of {@link CLOSED} where the scene says nothing else. */
export function trialRequest(
  baseUrl: string,
  { cell = CLOSED, load, target, request }: Scene = {},
): TrialRequest {
  return {
    cell,
    trial: 0,
    target: {
      baseUrl,
      model: 'null-2560',
      headers: {},
      timeoutMs: 10_000,
      nativeDimensions: 2560,
      ...target,
    },
    load: shortLoad(load),
    instruction: null,
    texts: TEXTS,
    seed: 1,
    ...request,
  };
}

/** An open loop's cell. */
export function openCell(rate: number, rest: Partial<LoadCell> = {}): LoadCell {
  const { concurrency: _, ...cell } = CLOSED;
  return { ...cell, arrivals: 'constant', rate, ...rest };
}

/** Rows by their outcome, warm-up included. */
export function outcomeCounts(samples: SampleTable): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let row = 0; row < samples.length; row++) {
    const outcome = outcomeOf(samples, row);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Texts that an embedded server has answered since its start, by its own counter. */
export async function answeredTexts(baseUrl: string): Promise<number> {
  const page = await (await fetch(new URL('/metrics', baseUrl))).text();
  return Number(/^sglang:num_requests_total\S* (\d+)/m.exec(page)?.[1]);
}
