import { describe, expect, it } from 'vitest';
import { trueLabels } from '../../src/compare/true-labels.ts';
import { pairedVerdicts } from '../../src/compare/verdicts.ts';
import type { PairedVerdict, QualityRow } from '../../src/core/record/quality-row.ts';
import { firstOf, interval, qualityRow, runOf } from './run-fixture.ts';

function verdictsOf(rows: readonly QualityRow[], margin = 0.03): PairedVerdict[] {
  return pairedVerdicts({
    rows,
    instructions: ['none', 'sentiment'],
    truth: trueLabels(runOf({})),
    classificationColumn: 'sentiment',
    margin,
    bootstrapResamples: 1000,
    seed: 42,
  });
}

const accuracies = (rows: readonly QualityRow[], margin?: number): PairedVerdict[] =>
  verdictsOf(rows, margin).filter(({ metric }) => metric === 'accuracy');

const full = qualityRow(firstOf(300, 270), { dimensions: 2560 });
const at = (right: number, axes: Parameters<typeof qualityRow>[1]): QualityRow =>
  qualityRow(firstOf(300, right), { dimensions: 2560, ...axes });

describe('the comparisons a run declares', () => {
  it('hold every width against the widest, every dtype against float32, every instruction against the first', () => {
    const rows = [
      full,
      at(268, { dimensions: 512 }),
      at(266, { dimensions: 32 }),
      at(269, { dtype: 'int8' }),
      at(250, { instruction: 'sentiment' }),
      at(249, { instruction: 'sentiment', dimensions: 512 }),
    ];
    const asked = accuracies(rows).map(({ question, candidate, reference }) => [
      question,
      rows.findIndex(({ id }) => id === candidate),
      rows.findIndex(({ id }) => id === reference),
    ]);
    expect(asked).toEqual([
      ['dimensions', 1, 0],
      ['dimensions', 2, 0],
      ['dimensions', 5, 4],
      ['instruction', 4, 0],
      ['instruction', 5, 1],
      ['dtype', 3, 0],
    ]);
  });

  it('say whether a loss within the margin is ruled out, and how much more data would tell', () => {
    const verdict = (right: number, margin: number) =>
      accuracies([full, at(right, { dimensions: 512 })], margin)[0]!;
    // The margin is relative: 5 % of 0.9 is 4.5 points. 2 of 300 lost are 0.7 points.
    expect(verdict(268, 0.05)).toMatchObject({
      verdict: 'holds',
      discordant: { onlyReference: 2, onlyCandidate: 0 },
    });
    expect(verdict(268, 0.05).margin).toBeCloseTo(0.045, 12);
    expect(verdict(268, 0.05).difference.value).toBeCloseTo(-2 / 300, 12);
    expect(verdict(200, 0.03).verdict).toBe('fails');
    const open = verdict(264, 0.03);
    expect(open.verdict).toBe('inconclusive');
    expect(open.furtherRows).toBeGreaterThan(0);
    // McNemar: 6 lost and none won, 2 ÷ 2⁶.
    expect(open.p).toBeCloseTo(2 / 64, 12);
  });

  it('share the error rate of their question', () => {
    const verdicts = accuracies([full, at(262, { dimensions: 512 }), at(264, { dimensions: 32 })]);
    // 8 lost: 2/2⁸, doubled by Holm; 6 lost: 2/2⁶.
    expect(verdicts).toHaveLength(2);
    expect(verdicts[0]!.pAdjusted).toBeCloseTo(2 * (2 / 256), 12);
    expect(verdicts[1]!.pAdjusted).toBeCloseTo(2 / 64, 12);
  });

  it('ask nothing of a reference that does no better than guessing', () => {
    const guessing = {
      ...full,
      scores: { accuracy: { ...interval(0.52, 0.05, 300), baseline: 0.5 } },
    };
    expect(accuracies([guessing, at(268, { dimensions: 512 })])).toEqual([]);
  });

  it('do not compare clusterings and folds over other rows', () => {
    const folds = {
      accuracyCvFolds: {
        ids: ['repeat 1 fold 1', 'repeat 1 fold 2', 'repeat 1 fold 3'],
        values: [0.9, 0.91, 0.9],
      },
    };
    const reference = { ...full, perItem: folds };
    const candidate = { ...at(268, { instruction: 'sentiment' }), perItem: folds };
    const metrics = (rows: number): string[] =>
      verdictsOf([reference, { ...candidate, rows }]).map(({ metric }) => metric);
    expect(metrics(1000)).toEqual(['accuracy', 'macroF1', 'accuracyCv']);
    expect(metrics(300)).toEqual([]);
    const sample = {
      ...folds,
      accuracySample: { ids: full.classification!.testIds, values: Array(300).fill(1) },
    };
    const shared = verdictsOf([
      { ...reference, perItem: sample },
      { ...candidate, rows: 300 },
    ]);
    expect(shared.map(({ metric }) => metric)).toEqual(['accuracy']);
    expect(shared[0]!.difference.value).toBeCloseTo(-32 / 300, 12);
  });
});
