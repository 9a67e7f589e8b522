import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastPairs, sensiblePairs } from '../../src/compare/pairs-needed.ts';
import type { LoadCell } from '../../src/core/cell.ts';
import { type PairSlot, pairOrder } from '../../src/plan/pair-order.ts';
import { signedRankTest } from '../../src/stats/signed-rank.ts';

const cell = (batchSize: number): LoadCell => ({
  kind: 'load',
  dimensions: 64,
  instruction: 'none',
  batchSize,
  arrivals: 'closed',
  concurrency: 1,
  encoding: 'float',
  transport: 'wire',
  cache: 'cold',
});
const cells = (...batchSizes: number[]): LoadCell[] => batchSizes.map(cell);
/** The sides of one cell's trials in the order they run, one letter each. */
const turnsOf = (slots: readonly PairSlot[], batchSize: number): string =>
  slots
    .filter((slot) => slot.cell.batchSize === batchSize)
    .map(({ side }) => (side === 'base' ? 'A' : 'B'))
    .join('');

describe('the order of two servers that take turns', () => {
  it('runs trial k of both sides one right after the other', () => {
    const slots = pairOrder({ base: cells(1, 4), candidate: cells(1, 4) }, 5, 7);
    expect(slots).toHaveLength(2 * 2 * 5);
    for (let i = 0; i < slots.length; i += 2) {
      const [first, second] = [slots[i]!, slots[i + 1]!];
      expect([second.cellId, second.trial]).toEqual([first.cellId, first.trial]);
      expect(new Set([first.side, second.side]).size).toBe(2);
    }
  });

  it('mirrors every second pair, so that no side is first more often', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, half) => {
        const turns = turnsOf(pairOrder({ base: cells(1, 2), candidate: cells(1, 2) }, 2 * half, seed), 2);
        expect(turns.match(/.{4}/g)!.every((block) => block === 'ABBA' || block === 'BAAB')).toBe(true);
      }),
    );
  });

  it('draws who is first, by the seed', () => {
    const orderOf = (seed: number): string =>
      turnsOf(pairOrder({ base: cells(1), candidate: cells(1) }, 20, seed), 1);
    expect(orderOf(3)).toBe(orderOf(3));
    expect(orderOf(3)).not.toBe(orderOf(4));
    expect(orderOf(3)).toContain('ABBA');
    expect(orderOf(3)).toContain('BAAB');
  });

  it('gives a steady drift to neither side', () => {
    const slots = pairOrder({ base: cells(1, 2, 4), candidate: cells(1, 2, 4) }, 2, 11);
    const placeOf = (side: string, batchSize: number): number =>
      slots.reduce(
        (sum, slot, i) => sum + (slot.side === side && slot.cell.batchSize === batchSize ? i : 0),
        0,
      );
    // Within a pair the sides differ by one place; two mirrored pairs cancel that exactly.
    for (const batchSize of [1, 2, 4]) {
      expect(placeOf('base', batchSize)).toBe(placeOf('candidate', batchSize));
    }
  });

  it('measures a cell of one side alone on that side alone', () => {
    const slots = pairOrder({ base: cells(1), candidate: cells(1, 8) }, 3, 1);
    expect(slots.filter(({ cell: { batchSize } }) => batchSize === 8).map(({ side }) => side)).toEqual([
      'candidate',
      'candidate',
      'candidate',
    ]);
    expect(turnsOf(slots, 1)).toHaveLength(6);
  });
});

describe('pairs that a verdict needs', () => {
  it.each([1, 3, 6, 72, 1000])('can just reject for %i tests at once', (tests) => {
    const alpha = 0.05;
    const leastP = (pairs: number): number =>
      signedRankTest(Array.from({ length: pairs }, (_, i) => i + 1)).p;
    const pairs = leastPairs(tests, alpha);
    expect(leastP(pairs)).toBeLessThanOrEqual(alpha / tests);
    if (pairs > 6) expect(leastP(pairs - 1)).toBeGreaterThan(alpha / tests);
  });

  it.each([1, 3, 6, 72, 1000])('stand one contrary pair, however large, for %i tests', (tests) => {
    const p = (pairs: number): number =>
      signedRankTest([-1000, ...Array.from({ length: pairs - 1 }, (_, i) => i + 1)]).p;
    const pairs = sensiblePairs(tests, 0.05);
    expect(p(pairs)).toBeLessThanOrEqual(0.05 / tests);
    expect(p(pairs - 1)).toBeGreaterThan(0.05 / tests);
  });
});
