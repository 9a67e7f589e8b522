import { afterAll, describe, expect, test } from 'vitest';
import type { TIME_FAULTS } from '../../../src/embedded/faults/time-faults.ts';
import { ask, createServers, embeddings } from '../served.ts';
import { faultRequest, hooksOf } from './fault-requests.ts';

const servers = createServers();
afterAll(() => servers.stop());

/** When an answer that is ready at `readyMs` leaves. */
const release = (written: string, arrivedMs: number, readyMs: number, texts = ['a']): number =>
  hooksOf(written).releaseAt!(faultRequest({ arrivedMs, texts }), readyMs);

/** Lower bounds only: a machine may be slow, and a fault must never be quick. */
async function elapsedMs(written: readonly string[], body: Record<string, unknown> = { input: 'a' }) {
  const server = await servers.here(written);
  const startMs = performance.now();
  expect((await embeddings(server, body)).status).toBe(200);
  return performance.now() - startMs;
}

const EFFECTS = {
  service: {
    'is counted from the arrival, whatever the model took': () => {
      expect(release('service:ms=123', 1000, 1001)).toBe(1123);
      expect(release('service:ms=123', 1000, 1122.9)).toBe(1123);
    },
    'cannot be met when the model took longer': () =>
      expect(release('service:ms=123', 1000, 1200)).toBe(1200),
    'grows with the texts': () =>
      expect(release('service:ms=10,perTextMs=5', 0, 1, ['a', 'b', 'c'])).toBe(25),
    'with slots makes the others queue, first come, first served': () => {
      const hooks = hooksOf('service:ms=100,slots=2');
      const done = [0, 1, 2, 3, 250].map((arrivedMs) =>
        hooks.releaseAt!(faultRequest({ arrivedMs }), arrivedMs),
      );
      expect(done).toEqual([100, 101, 200, 201, 350]);
    },
    'holds on the wire, and never falls short': async () =>
      expect(await elapsedMs(['service:ms=123'])).toBeGreaterThanOrEqual(123),
    'lets requests beyond its slots wait for each other': async () => {
      const server = await servers.here(['service:ms=60,slots=1']);
      const startMs = performance.now();
      await Promise.all([1, 2, 3].map(() => embeddings(server, { input: 'a' })));
      expect(performance.now() - startMs).toBeGreaterThanOrEqual(180);
    },
  },
  slow: {
    'adds a time and a share of the service time': () => {
      expect(release('slow:ms=7', 1000, 1020)).toBe(1027);
      expect(release('slow:percent=50', 1000, 1020)).toBe(1030);
      expect(release('slow:ms=1,percent=10', 1000, 1020)).toBe(1023);
    },
    'does nothing by default': () => expect(release('slow', 1000, 1020)).toBe(1020),
    'adds to what stands before it': async () =>
      expect(await elapsedMs(['service:ms=40', 'slow:percent=100'])).toBeGreaterThanOrEqual(80),
  },
  stall: {
    'lets nothing leave in the last part of every period': () => {
      const startMs = performance.now();
      const { releaseAt } = hooksOf('stall:seconds=1,every=10');
      const endMs = performance.now();
      const at = (seconds: number): number => releaseAt!(faultRequest(), startMs + seconds * 1000);
      // The fault began counting somewhere between the two readings of the clock.
      expect(at(5)).toBe(startMs + 5000);
      expect(at(8.9)).toBe(startMs + 8900);
      expect(at(9.5)).toBeGreaterThanOrEqual(startMs + 10_000);
      expect(at(9.5)).toBeLessThanOrEqual(endMs + 10_000);
      expect(at(29.5)).toBeGreaterThanOrEqual(startMs + 30_000);
      expect(at(30.1 + (endMs - startMs) / 1000)).toBeLessThan(startMs + 31_000);
    },
    'is shifted by its offset': () => {
      const startMs = performance.now();
      const { releaseAt } = hooksOf('stall:seconds=1,every=10,offset=-9');
      expect(releaseAt!(faultRequest(), startMs + 500)).toBeGreaterThanOrEqual(startMs + 1000);
    },
    'holds on the wire': async () => {
      const server = await servers.here(['stall:seconds=0.3,every=0.4']);
      const ends = [performance.now()];
      while (ends.at(-1)! - ends[0]! < 900) {
        await embeddings(server, { input: 'a', dimensions: 4 });
        ends.push(performance.now());
      }
      const gaps = ends.slice(1).map((end, i) => end - ends[i]!);
      expect(Math.max(...gaps)).toBeGreaterThan(250);
    },
  },
  ramp: {
    'falls from the first request on, to nothing': () => {
      const { releaseAt } = hooksOf('ramp:ms=100,seconds=2');
      const extra = [500, 1000, 1500, 2500, 9000].map(
        (arrivedMs) => releaseAt!(faultRequest({ arrivedMs }), arrivedMs) - arrivedMs,
      );
      expect(extra).toEqual([100, 75, 50, 0, 0]);
    },
    'holds on the wire': async () => expect(await elapsedMs(['ramp:ms=80'])).toBeGreaterThanOrEqual(80),
  },
  jitter: {
    'is uniform up to its size, and the same in every run': () => {
      const draw = (written: string): number[] => {
        const { releaseAt } = hooksOf(written);
        return Array.from({ length: 2000 }, () => releaseAt!(faultRequest(), 1000) - 1000);
      };
      const extra = draw('jitter:ms=20');
      expect(Math.min(...extra)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...extra)).toBeLessThan(20);
      expect(extra.reduce((sum, ms) => sum + ms, 0) / 2000).toBeCloseTo(10, 0);
      expect(draw('jitter:ms=20')).toEqual(extra);
      expect(draw('jitter:ms=20,seed=2')).not.toEqual(extra);
    },
    'can be exponential': () => {
      const { releaseAt } = hooksOf('jitter:ms=20,shape=exponential');
      const extra = Array.from({ length: 5000 }, () => releaseAt!(faultRequest(), 0));
      expect(extra.reduce((sum, ms) => sum + ms, 0) / 5000).toBeCloseTo(20, -1);
      expect(Math.max(...extra)).toBeGreaterThan(100);
    },
  },
  hang: {
    'never answers, counts as running, and lets go when its client leaves': async () => {
      const server = await servers.here(['hang:contains=stuck']);
      const leaving = new AbortController();
      let isAnswered = false;
      const hanging = fetch(`${server.baseUrl}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input: 'stuck here' }),
        signal: leaving.signal,
      }).finally(() => {
        isAnswered = true;
      });
      while ((await ask(server, '/flush_cache')).status === 200);
      for (let i = 0; i < 20; i++) expect((await embeddings(server, { input: 'a' })).status).toBe(200);
      expect(isAnswered).toBe(false);
      leaving.abort();
      await expect(hanging).rejects.toThrow('aborted');
      expect((await ask(server, '/flush_cache?timeout=10')).status).toBe(200);
    },
  },
} satisfies Record<keyof typeof TIME_FAULTS, Record<string, () => void | Promise<void>>>;

describe.each(Object.entries(EFFECTS))('%s', (_, effects) => {
  test.each(Object.entries<() => void | Promise<void>>(effects))('%s', (__, effect) => effect());
});
