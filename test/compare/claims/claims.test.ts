import { describe, expect, it } from 'vitest';
import { judgeClaims } from '../../../src/compare/claims.ts';
import type { RunRecord } from '../../../src/core/record/run-record.ts';
import { firstOf, interval, loadRow, qualityRow, runOf } from '../run-fixture.ts';

/** 300 held-out items: 270 right at full width, 262 of them at 512, and 6 that only 512 gets right. */
const wide = firstOf(300, 270);
const narrow = wide.map((right, i) => (i < 8 ? false : i >= 294 ? true : right));
const run = runOf({
  quality: [
    qualityRow(wide, { dimensions: 2560 }),
    { ...qualityRow(narrow, { dimensions: 512 }), clustering: [] },
    qualityRow(firstOf(300, 240), { dimensions: 2560, instruction: 'sentiment' }),
  ].map((row) => ({
    ...row,
    scores: { ...row.scores, 'ari[domain]': interval(0.43, 0.015, 1000), nmi: { value: 0.4, n: 1000 } },
  })),
  load: [loadRow([1, 1.01, 1.02]), loadRow([2, 2.02, 2.04], { batchSize: 8 })],
});

function judge(claim: string, record: RunRecord = run) {
  return judgeClaims([claim], record, { bootstrapResamples: 2000, seed: 42 })[0]!;
}

describe('a claim about one figure', () => {
  it.each([
    // Accuracy at full width is 0.9, between 0.88 and 0.92.
    ['accuracy >= 0.87', 'reproduced'],
    ['accuracy@2560 >= 0.93', 'contradicted'],
    ['accuracy@2560 >= 0.89', 'undecidable'],
    ['accuracy@2560 <= 0.93', 'reproduced'],
    ['accuracy[instruction=sentiment] >= 0.87', 'contradicted'],
    ['ari[domain] >= 0.4', 'reproduced'],
    ['nmi >= 0.1', 'undecidable'],
    ['accuracy@1024 >= 0.1', 'undecidable'],
    ['macroF1 >= 0.1', 'undecidable'],
    ['vectorBytes@512 <= 2048', 'reproduced'],
    ['vectorBytes@512 < 2048', 'contradicted'],
    // The p95 is 20.2 ms and 40.4 ms, ± 5 %: a claim about all cells is as good as the worst.
    ['serviceP95Ms <= 25', 'contradicted'],
    ['serviceP95Ms{batchSize=1} <= 25', 'reproduced'],
    ['serviceP95Ms{batchSize=4} <= 25', 'undecidable'],
    ['errorShare <= 0.01', 'reproduced'],
    ['serverRssPeakBytes <= 1e9', 'undecidable'],
  ])('%s is %s', (claim, verdict) => {
    expect(judge(claim)).toMatchObject({ claim, verdict });
  });

  it('carries its figure, interval, bound and cell', () => {
    expect(judge('accuracy@2560 >= 0.87')).toEqual({
      claim: 'accuracy@2560 >= 0.87',
      verdict: 'reproduced',
      measured: 0.9,
      low: 0.88,
      high: 0.92,
      bound: 0.87,
      cell: run.quality[0]!.id,
      reason: 'the whole 95 % interval meets the bound',
    });
    expect(judge('serviceP95Ms <= 25').reason).toBe(
      'the whole 95 % interval misses the bound (the worst of 2 cells)',
    );
    expect(judge('accuracy@1024 >= 0.1').reason).toBe(
      'no quality cell has instruction none, dtype float32, dimensions 1024',
    );
  });

  it('is undecidable on an invalid cell', () => {
    const invalid = { verdict: 'invalid', reasons: [{ code: 'x', message: 'the client was slow' }] } as const;
    const record: RunRecord = {
      ...run,
      load: [{ ...run.load[0]!, validity: { ...invalid, reasons: [...invalid.reasons] } }],
    };
    expect(judge('serviceP95Ms <= 25', record)).toMatchObject({
      verdict: 'undecidable',
      reason: 'the cell is invalid: the client was slow',
    });
  });
});

describe('a claim about two figures', () => {
  it('is judged on the items that both scored, far more sharply than by two intervals', () => {
    // 8 lost and 6 won of 300: −0.67 points, standard error 1.25 points; each interval alone is ± 2 points wide.
    const claim = judge('accuracy@512 >= 0.96 * accuracy@2560');
    expect(claim).toMatchObject({
      verdict: 'reproduced',
      reason: 'the whole 95 % interval of the paired difference meets the bound',
    });
    expect(judge('accuracy@512 >= accuracy@2560').verdict).toBe('undecidable');
    expect(judge('accuracy@2560 >= 1.1 * accuracy@512').verdict).toBe('contradicted');
  });

  it('of exact figures needs no interval', () => {
    expect(judge('vectorBytes@512 <= 0.2 * vectorBytes@2560').verdict).toBe('reproduced');
    expect(judge('vectorBytes@512 <= 0.19 * vectorBytes@2560').verdict).toBe('contradicted');
  });
});

describe('a claim about retention', () => {
  it('is the ratio to full width with its paired interval', () => {
    const claim = judge('retention@512 >= 0.95');
    expect(claim.measured).toBeCloseTo(268 / 270, 12);
    expect(claim).toMatchObject({ verdict: 'reproduced', bound: 0.95, cell: run.quality[1]!.id });
    // Standard error of the ratio: √14 ÷ 300 ÷ 0.9 = 0.0139.
    expect(claim.low!).toBeCloseTo(268 / 270 - 1.96 * 0.0139, 2);
    expect(claim.high!).toBeCloseTo(268 / 270 + 1.96 * 0.0139, 2);
    expect(judge('retention@512 >= 0.99').verdict).toBe('undecidable');
    expect(judge('retention[macroF1]@512 >= 0.9').verdict).toBe('undecidable');
  });

  it('cannot stand on the right, nor beside another figure', () => {
    expect(judge('accuracy >= retention@512').reason).toBe('retention can only stand on the left');
    expect(judge('retention@512 >= accuracy').reason).toBe('retention is compared with a number');
  });
});
