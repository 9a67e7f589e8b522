import { describe, expect, test } from 'vitest';
import { stallsOf } from '../../src/load/stalls.ts';
import { backToBack, facts, part, samplesOf, type Written } from './sample-fixtures.ts';

const WINDOW = { openMs: 0, closeMs: 2000 };
const stalls = (requests: readonly Written[], window = WINDOW) =>
  stallsOf([part(samplesOf(requests, window), facts(window))], 300);

describe('stallsOf', () => {
  test('finds none where answers come evenly, however slow each of them is', () => {
    expect(stalls(backToBack(200, 10))).toEqual({ count: 0, longestMs: 0, share: 0 });
    const overlapping = Array.from({ length: 20 }, (_, i) => ({ due: i * 100, service: 900 }));
    expect(stalls(overlapping, { openMs: 900, closeMs: 2000 }).count).toBe(0);
  });

  test('measures from the last answer before to the first one after', () => {
    const before = backToBack(40, 10);
    const stuck = [{ due: 400, service: 550 }];
    const after = backToBack(100, 10).map((request) => ({ ...request, due: request.due + 950 }));
    expect(stalls([...before, ...stuck, ...after])).toEqual({ count: 1, longestMs: 550, share: 0.275 });
  });

  test('takes silence without a waiting request for what it is', () => {
    const late = backToBack(50, 10).map((request) => ({ ...request, due: request.due + 1500 }));
    expect(stalls([...backToBack(50, 10), ...late]).count).toBe(0);
    const halfAwaited = { due: 1100, service: 405 };
    expect(stalls([...backToBack(50, 10), halfAwaited, ...late])).toMatchObject({ count: 1, longestMs: 405 });
  });

  test('ends with the window, and begins with it', () => {
    expect(stalls([...backToBack(100, 10), { due: 1000, service: 5000 }])).toMatchObject({
      count: 1,
      longestMs: 1000,
    });
    const window = { openMs: 1000, closeMs: 2000 };
    expect(
      stalls(
        [
          { due: 0, service: 1400 },
          { due: 1400, service: 590 },
        ],
        window,
      ),
    ).toMatchObject({
      count: 2,
      longestMs: 590,
    });
  });

  test('adds up over trials', () => {
    const trial = part(
      samplesOf(
        [
          { due: 0, service: 500 },
          { due: 500, service: 1490 },
        ],
        WINDOW,
      ),
      facts(WINDOW),
    );
    expect(stallsOf([trial, trial], 300)).toEqual({ count: 4, longestMs: 1490, share: 0.995 });
    expect(stallsOf([], 300)).toEqual({ count: 0, longestMs: 0, share: 0 });
  });
});
