import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DifferenceDraft, MeasuredChange } from '../../src/compare/difference.ts';
import { judge } from '../../src/compare/judge.ts';
import { testFamily } from '../../src/compare/test-family.ts';

function draftOf(change: Partial<MeasuredChange>, extra: Partial<DifferenceDraft> = {}): DifferenceDraft {
  return {
    subject: { kind: 'load', cell: 'c', axes: {}, metric: 'serviceP50Ms', metricId: 'serviceP50Ms' },
    direction: 'lower',
    change: {
      base: 10,
      candidate: 11,
      scale: 'relative',
      value: 0.1,
      n: { base: 8, candidate: 8, of: 'trials' },
      method: 'test',
      ...change,
    },
    ...extra,
  };
}

function judged(drafts: readonly DifferenceDraft[], leastEffect = 0, tolerance = 0.02) {
  return judge(drafts, {
    alpha: 0.05,
    leastEffect: () => leastEffect,
    tolerance: () => tolerance,
  }).differences.map(({ verdict }) => verdict);
}

describe('the verdict of a tested change', () => {
  const shown = { value: 0.1, low: 0.05, high: 0.15, p: 0.001 };

  it('is called by its direction when it shows and is large enough', () => {
    expect(judged([draftOf(shown)])).toEqual(['regressed']);
    expect(judged([draftOf(shown, { direction: 'higher' })])).toEqual(['improved']);
    expect(judged([draftOf(shown, { direction: 'none' })])).toEqual(['inconclusive']);
    expect(judged([draftOf(shown)], 0.2)).toEqual(['inconclusive']);
    expect(judged([draftOf({ ...shown, p: 0.06 })])).toEqual(['inconclusive']);
    expect(judged([draftOf({ ...shown, low: -0.01 })])).toEqual(['inconclusive']);
  });

  it('is the same only when the whole interval is within the tolerance, however large the least effect', () => {
    const small = { value: 0.001, low: -0.01, high: 0.012, p: 0.7 };
    expect(judged([draftOf(small)])).toEqual(['same']);
    expect(judged([draftOf({ ...small, high: 0.021 })])).toEqual(['inconclusive']);
    expect(judged([draftOf({ ...small, high: 0.021 })], 0.5)).toEqual(['inconclusive']);
    expect(
      judged([draftOf({ value: 0, p: 1, leastP: 1, n: { base: 9, candidate: 9, of: 'items' } })]),
    ).toEqual(['same']);
  });

  it('is none where no result could have rejected', () => {
    const three = { value: 1, low: 0.5, high: 2, p: 0.1, leastP: 0.1 };
    expect(judged([draftOf(three)])).toEqual(['noVerdict']);
    expect(judged([draftOf({ ...three, n: { base: 90, candidate: 90, of: 'items' } })])).toEqual([
      'inconclusive',
    ]);
    expect(judged([draftOf(shown, { blocked: 'other data' })])).toEqual(['noVerdict']);
  });

  it('of a figure without a test follows its size', () => {
    const read = (value: number): DifferenceDraft =>
      draftOf({ value, n: { base: 1, candidate: 1, of: 'readings' } }, { leastEffect: 0.05 });
    expect(judged([read(0), read(0.04), read(0.06), read(-0.06)])).toEqual([
      'same',
      'same',
      'regressed',
      'improved',
    ]);
  });

  it('never counts a draft that is blocked, or has no test, into the family', () => {
    const { family, differences } = judge(
      [draftOf(shown), draftOf(shown, { blocked: 'x' }), draftOf({ value: 1 })],
      { alpha: 0.05, leastEffect: () => 0, tolerance: () => 0 },
    );
    expect(family).toBe(1);
    expect(differences.map(({ pAdjusted }) => pAdjusted)).toEqual([0.001, undefined, undefined]);
  });
});

describe('a family of tests', () => {
  it('adjusts by Holm', () => {
    // Worked by hand: 3·0.01, 2·0.02, max(1·0.03, 0.04).
    expect(testFamily([{ p: 0.03 }, { p: 0.01 }, { p: 0.02 }], 0.05)).toEqual({
      size: 3,
      adjusted: [0.04, 0.03, 0.04],
      stepAlpha: 0.05 / 3,
    });
  });

  it('leaves out tests that cannot reject, so that they cost the others nothing', () => {
    const unable = Array.from({ length: 50 }, () => ({ p: 0.1, leastP: 0.1 }));
    expect(testFamily([...unable, { p: 0.02, leastP: 0.001 }], 0.05)).toMatchObject({
      size: 1,
      adjusted: [...unable.map(() => undefined), 0.02],
    });
  });

  it('keeps more tests than their least p allows from rejecting at all', () => {
    // Five trials a side: least p 2/252. Six such tests can reject, seven cannot.
    const five = (count: number) =>
      testFamily(
        Array.from({ length: count }, () => ({ p: 2 / 252, leastP: 2 / 252 })),
        0.05,
      );
    expect(five(6).adjusted.every((p) => p !== undefined && p <= 0.05)).toBe(true);
    expect(five(7)).toMatchObject({ size: 0, stepAlpha: 0.05 });
  });

  it('is the largest that Tarone’s rule allows: every member can reject at the family’s hardest step', () => {
    const members = fc.array(
      fc.record({
        p: fc.double({ min: 0, max: 1, noNaN: true }),
        leastP: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(members, (tests) => {
        const { size, adjusted, stepAlpha } = testFamily(tests, 0.05);
        expect(adjusted.filter((p) => p !== undefined)).toHaveLength(size);
        const able = (k: number): number => tests.filter(({ leastP }) => leastP <= 0.05 / k).length;
        const smallest = Array.from({ length: 40 }, (_, i) => i + 1).find((k) => able(k) <= k)!;
        expect(size).toBe(able(smallest));
        expect(stepAlpha).toBe(0.05 / Math.max(1, size));
        for (const [i, p] of adjusted.entries())
          if (p !== undefined) expect(p).toBeGreaterThanOrEqual(tests[i]!.p);
      }),
    );
  });
});
