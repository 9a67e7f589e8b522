import { describe, expect, it } from 'vitest';
import type { DifferenceDraft } from '../../src/compare/difference.ts';
import { itemScoresOf } from '../../src/compare/paired-scores.ts';
import { qualityDifferences } from '../../src/compare/quality-differences.ts';
import { trueLabels } from '../../src/compare/true-labels.ts';
import type { QualityRow } from '../../src/core/record/quality-row.ts';
import { firstOf, ITEMS, interval, normal, qualityRow, runOf, seeded } from './run-fixture.ts';

const truth = trueLabels(runOf({}));
const scored = (row: QualityRow) => ({ row, items: itemScoresOf(row, truth, 'sentiment') });

function drafts(base: QualityRow, candidate: QualityRow): DifferenceDraft[] {
  return qualityDifferences(scored(base), scored(candidate), {
    wanted: () => true,
    bootstrap: { resamples: 4000, seed: 7 },
  });
}

function draft(base: QualityRow, candidate: QualityRow, metric: string): DifferenceDraft {
  const found = drafts(base, candidate).find(({ subject }) => subject.metric === metric);
  expect(found, metric).toBeDefined();
  return found!;
}

const plain = qualityRow(firstOf(900, 800));
const withItems = (key: string, values: readonly number[], score = 'ndcgAt10'): QualityRow => ({
  ...plain,
  scores: { [score]: interval(0.5, 0.1, values.length) },
  perItem: { [key]: { ids: values.map((_, i) => `query-${i}`), values: [...values] } },
});

describe('a share of right answers', () => {
  it('has Bonett and Price’s interval and McNemar’s p', () => {
    // 15 lost, 5 won of 300: (6 − 16)/302 ± 1.96·√((22/302 − (10/302)²)/302).
    const base = firstOf(300, 200);
    const candidate = base.map((right, i) => (i < 15 ? false : i >= 200 && i < 205 ? true : right));
    const { change } = draft(qualityRow(base), qualityRow(candidate), 'accuracy');
    const centre = -10 / 302;
    const half = 1.959_963_984_540_054 * Math.sqrt((22 / 302 - centre ** 2) / 302);
    expect(change!.value).toBeCloseTo(-10 / 300, 12);
    expect(change!.low).toBeCloseTo(centre - half, 12);
    expect(change!.high).toBeCloseTo(centre + half, 12);
    // Exact binomial: 2·P(X ≤ 5 | 20, ½) = 2·21,700 ÷ 2²⁰.
    expect(change!.p).toBeCloseTo((2 * 21_700) / 2 ** 20, 12);
    expect(change!.leastP).toBeCloseTo(2 ** -19, 15);
  });

  it('compares the items that both sides were tested on, whatever their order', () => {
    const reversed = (row: QualityRow): QualityRow => ({
      ...row,
      classification: {
        ...row.classification!,
        testIds: [...row.classification!.testIds].reverse(),
        predicted: [...row.classification!.predicted].reverse(),
      },
    });
    const [base, candidate] = [qualityRow(firstOf(900, 800)), qualityRow(firstOf(850, 790))];
    const { change } = draft(base, reversed(candidate), 'accuracy');
    expect(change).toMatchObject({ value: -10 / 850, n: { base: 850, candidate: 850, of: 'items' } });
  });

  it('knows what it could have shown, and what would', () => {
    const { evidence } = draft(plain, qualityRow(firstOf(900, 796)), 'accuracy');
    const detectable = evidence!.detectableAt(0.05)!;
    expect(detectable).toBeGreaterThan(0.004);
    expect(detectable).toBeLessThan(0.03);
    expect(evidence!.detectableAt(0.001)!).toBeGreaterThan(detectable);
    // 1000 rows for 900 held-out items: needs are told in rows of data.
    const need = evidence!.neededFor(detectable, 0.05)!;
    expect(need.of).toBe('rows');
    expect(Math.abs(need.count - 1000)).toBeLessThan(20);
    expect(evidence!.neededFor(detectable / 4, 0.05)!.count).toBeGreaterThan(3000);
  });
});

describe('a mean over items', () => {
  it('has the standard error of its paired differences', () => {
    const random = seeded('ndcg');
    const base = Array.from({ length: 400 }, () => 0.5 + 0.1 * normal(random));
    const candidate = base.map((value) => value - 0.004 + 0.03 * normal(random));
    const { change, evidence } = draft(
      withItems('ndcgAt10', base),
      withItems('ndcgAt10', candidate),
      'ndcgAt10',
    );
    const differences = candidate.map((value, i) => value - base[i]!);
    const mean = differences.reduce((a, b) => a + b, 0) / 400;
    const error = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 399 / 400);
    expect(change!.value).toBeCloseTo(mean, 12);
    // The rule of three keeps an interval from being narrower than ±3/n.
    expect(change!.low!).toBeCloseTo(Math.min(mean - 1.96 * error, mean - 3 / 400), 3);
    expect(change!.high!).toBeCloseTo(Math.max(mean + 1.96 * error, mean + 3 / 400), 3);
    expect(evidence!.detectableAt(0.05)!).toBeCloseTo(Math.max(2.8 * error, 3 / 400), 3);
  });

  it('of values that all came out the same cannot reject', () => {
    const values = Array.from({ length: 50 }, (_, i) => i / 50);
    const { change } = draft(withItems('ndcgAt10', values), withItems('ndcgAt10', values), 'ndcgAt10');
    expect(change).toMatchObject({ value: 0, p: 1, leastP: 1 });
  });

  it('has a p below the resamples’ reach when the change is many standard errors', () => {
    const random = seeded('far');
    const base = Array.from({ length: 300 }, () => normal(random));
    const candidate = base.map((value) => value + 1 + 0.1 * normal(random));
    const { change } = draft(withItems('ndcgAt10', base), withItems('ndcgAt10', candidate), 'ndcgAt10');
    expect(change!.p).toBeLessThan(1e-12);
  });
});

describe('a clustering', () => {
  const clustered = (clusters: readonly number[], seeds?: readonly [number, number]): QualityRow => ({
    ...plain,
    scores: { ari: interval(0.5, 0.1, clusters.length), nmi: { value: 0.4, n: clusters.length } },
    clustering: [
      {
        column: 'sentiment',
        clusters: 2,
        inertia: 1,
        nInit: 10,
        engine: 'native',
        ...(seeds === undefined
          ? {}
          : { seeds: { count: 20, mean: 0.5, sd: 0.01, min: seeds[0], max: seeds[1] } }),
      },
    ],
    perItem: { clusters: { ids: ITEMS.slice(0, clusters.length), values: [...clusters] } },
  });
  /** Classes alternate; every `miss`-th item lies in the other cluster. */
  const partition = (miss: number): number[] =>
    ITEMS.slice(0, 600).map((_, i) => (i % miss === 0 ? 1 - (i % 2) : i % 2));

  it('is compared by its partition of the items, not by the names of its clusters', () => {
    const renamed = partition(7).map((cluster) => 1 - cluster);
    expect(draft(clustered(partition(7)), clustered(renamed), 'ari').change).toMatchObject({
      value: 0,
      leastP: 1,
    });
    const worse = draft(clustered(partition(29)), clustered(partition(5)), 'ari').change!;
    expect(worse.value).toBeLessThan(-0.3);
    expect(worse.high).toBeLessThan(-0.2);
    expect(worse.p).toBeLessThan(1e-6);
  });

  it('must change by more than k-means does by itself', () => {
    const least = (base: QualityRow, candidate: QualityRow) => draft(base, candidate, 'ari').leastEffect;
    expect(least(clustered(partition(7)), clustered(partition(7)))).toBe(0.1);
    expect(least(clustered(partition(7), [0.48, 0.52]), clustered(partition(7), [0.45, 0.52]))).toBeCloseTo(
      0.07,
      12,
    );
    // One side ran a single seed: nothing is known of its spread.
    expect(least(clustered(partition(7), [0.48, 0.52]), clustered(partition(7)))).toBe(0.1);
    expect(draft(plain, plain, 'accuracy').leastEffect).toBe(0);
  });

  it('says when a score has nothing to tell it from chance by', () => {
    expect(draft(clustered(partition(7)), clustered(partition(7)), 'nmi').blocked).toMatch(
      /neither item values nor an interval/,
    );
  });
});

describe('cross-validated accuracy', () => {
  const folded = (values: readonly number[]): QualityRow => ({
    ...plain,
    scores: { accuracyCv: interval(0.9, 0.01, 1000) },
    perItem: {
      accuracyCvFolds: { ids: values.map((_, i) => `repeat 1 fold ${i + 1}`), values: [...values] },
    },
  });

  it('is tested fold by fold, for training rows that the folds share', () => {
    const { change } = draft(
      folded([0.9, 0.91, 0.89, 0.9, 0.9]),
      folded([0.87, 0.89, 0.86, 0.88, 0.86]),
      'accuracyCv',
    );
    // Differences −.03, −.02, −.03, −.02, −.04: mean −.028, sd .0083666; t = −.028 ÷ (sd·√(1/5 + 1/4)).
    const t = 0.028 / (0.0083666 * Math.sqrt(1 / 5 + 1 / 4));
    expect(t).toBeCloseTo(4.989, 3);
    expect(change).toMatchObject({
      n: { base: 5, of: 'folds' },
      method: expect.stringContaining('corrected') as unknown,
    });
    expect(change!.value).toBeCloseTo(-0.028, 12);
    // SciPy 1.10: 2·t.sf(t, 4).
    expect(change!.p).toBeCloseTo(0.007_549_664, 8);
  });

  it('falls back on intervals where the folds are others', () => {
    const other = folded([0.9, 0.9]);
    const { change } = draft(folded([0.9, 0.91, 0.89]), other, 'accuracyCv');
    expect(change!.method).toMatch(/taken for independent/);
  });
});
