import { expect, test } from 'vitest';
import { loadConfigSchema } from '../../src/config/load-config.ts';
import { createRandom } from '../../src/core/random.ts';
import { type CompletionSeries, drifts, hasSettled } from '../../src/load/steadiness.ts';
import { warmupVerdict, windowIsComplete, windowPolicy } from '../../src/load/window-policy.ts';

/** One request after another, each as long as `latency` says, with 10 % noise. */
function series(seconds: number, latency: (ms: number) => number, seed = 1): CompletionSeries {
  const random = createRandom(seed);
  const endedMs: number[] = [];
  const latencyMs: number[] = [];
  for (let now = 0; now < seconds * 1000; ) {
    const value = latency(now) * (0.9 + 0.2 * random.next());
    now += value;
    endedMs.push(now);
    latencyMs.push(value);
  }
  return { endedMs: Float64Array.from(endedMs), latencyMs: Float64Array.from(latencyMs) };
}

test('a constant server has settled, with few requests as with many', () => {
  expect(hasSettled(series(2, () => 5))).toBe(true);
  expect(hasSettled(series(3, () => 120))).toBe(true);
  expect(hasSettled(series(0.5, () => 120))).toBe(false);
});

test('a server that grows faster has not settled before the ramp is well over', () => {
  const ramp = (ms: number): number => 5 + 45 * Math.max(0, 1 - ms / 3000);
  expect(hasSettled(series(1, ramp))).toBe(false);
  expect(hasSettled(series(3, ramp))).toBe(false);
  expect(hasSettled(series(9, ramp))).toBe(true);
});

test('a queue that grows without end never settles', () => {
  for (const seconds of [1, 3, 8]) expect(hasSettled(series(seconds, (ms) => 5 + ms / 20))).toBe(false);
  expect(drifts(series(5, (ms) => 5 + ms / 200))).toBe(true);
});

test('noise around a constant is no drift, in nearly all seeds', () => {
  const restless = Array.from({ length: 100 }, (_, seed) => drifts(series(2, () => 5, seed)));
  expect(restless.filter(Boolean).length).toBeLessThanOrEqual(2);
});

const policy = windowPolicy(
  loadConfigSchema.parse({
    seconds: 2,
    warmupSeconds: 1,
    maxWarmupSeconds: 4,
    precision: { statistic: 'p95', relative: 0.05, maxSeconds: 6 },
  }),
);

test('the window opens when the series has settled, or when patience ends', () => {
  const steady = series(1.5, () => 5);
  const growing = series(5, (ms) => 5 + ms / 20);
  expect(warmupVerdict(policy, 900, steady)).toBe('warming');
  expect(warmupVerdict(policy, 1500, steady)).toBe('steady');
  expect(warmupVerdict(policy, 3900, growing)).toBe('warming');
  expect(warmupVerdict(policy, 4000, growing)).toBe('unsteady');
});

test('the window closes when the percentile is precise enough, or when the budget ends', () => {
  const values = (n: number) => () => Float64Array.from({ length: n }, (_, i) => 100 + (i % 100));
  expect(windowIsComplete(policy, 1900, values(10_000))).toBe(false);
  expect(windowIsComplete(policy, 2000, values(10_000))).toBe(true);
  expect(windowIsComplete(policy, 2000, values(40))).toBe(false);
  expect(windowIsComplete(policy, 6000, values(40))).toBe(true);
  const { precision: _, ...fixed } = policy;
  expect(windowIsComplete(fixed, 2000, values(0))).toBe(true);
});
