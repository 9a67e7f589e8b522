import { describe, expect, test } from 'vitest';
import { createPreciseTimer } from '../../src/embedded/precise-timer.ts';

const forever = new AbortController().signal;

describe('createPreciseTimer', () => {
  test.each([0.3, 1, 1.7, 2.4, 9.9, 30])('never wakes before its deadline (%f ms)', async (ms) => {
    const timer = createPreciseTimer();
    for (let i = 0; i < 5; i++) {
      const deadlineMs = performance.now() + ms;
      await timer.waitUntil(deadlineMs, forever);
      expect(performance.now()).toBeGreaterThanOrEqual(deadlineMs);
    }
  });

  test('wakes by deadline, and first come, first served where they are equal', async () => {
    const timer = createPreciseTimer();
    const startMs = performance.now();
    const woken: string[] = [];
    const wait = async (name: string, ms: number): Promise<void> => {
      await timer.waitUntil(startMs + ms, forever);
      woken.push(name);
    };
    await Promise.all([wait('late', 30), wait('first', 10), wait('second', 10), wait('early', 4)]);
    expect(woken).toEqual(['early', 'first', 'second', 'late']);
  });

  test('does not wait for what is over', async () => {
    const timer = createPreciseTimer();
    const outcomes: string[] = [];
    const past = timer.waitUntil(performance.now() - 1, forever).then(() => outcomes.push('past'));
    const aborted = timer
      .waitUntil(Number.POSITIVE_INFINITY, AbortSignal.abort())
      .then(() => outcomes.push('aborted'));
    await Promise.all([past, aborted]);
    expect(outcomes).toEqual(['past', 'aborted']);
  });

  test('lets go when the signal aborts, and keeps the others', async () => {
    const timer = createPreciseTimer();
    const leaving = new AbortController();
    const deadlineMs = performance.now() + 25;
    const left = timer.waitUntil(performance.now() + 60_000, leaving.signal);
    const nearest = timer.waitUntil(performance.now() + 10, leaving.signal);
    const kept = timer.waitUntil(deadlineMs, forever);
    leaving.abort();
    await Promise.all([left, nearest]);
    expect(performance.now()).toBeLessThan(deadlineMs + 30_000);
    await kept;
    expect(performance.now()).toBeGreaterThanOrEqual(deadlineMs);
  });
});
