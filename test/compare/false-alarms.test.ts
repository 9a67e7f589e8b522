import { describe, expect, it } from 'vitest';
import { type CompareOptions, compareRuns } from '../../src/compare/compare-runs.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import type { Difference } from '../../src/compare/difference.ts';
import type { Random } from '../../src/core/random.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { ITEMS, loadRow, qualityRow, runOf, seeded, trialFactors } from './run-fixture.ts';

const BATCH_SIZES = [1, 8, 32];
const CONCURRENCIES = [1, 4];
const WIDTHS = [128, 512, 1024];

interface Scenario {
  readonly trials: number;
  /** Slow-down of a load cell, by its batch size. */
  readonly factorAt?: (batchSize: number) => number;
  /** Chance that an item that was right comes out wrong. */
  readonly loss?: number;
  /** Spread of the trials; 3 % by default. */
  readonly spread?: number;
  /** Trials of both sides share the machine's drift, as they do in alternation. */
  readonly isAlternating?: boolean;
}

/** Two runs of one server: six load cells with their own noise, three quality cells with a few flipped items. */
function twoRuns(random: Random, scenario: Scenario): [RunRecord, RunRecord] {
  const { trials, factorAt = () => 1, loss = 0, spread = 0.03, isAlternating = false } = scenario;
  const points = BATCH_SIZES.flatMap((batchSize) =>
    CONCURRENCIES.map((concurrency) => ({ batchSize, concurrency })),
  );
  const drift = points.map(() => (isAlternating ? trialFactors(trials, random, 0.2) : Array(trials).fill(1)));
  const difficulty = ITEMS.slice(0, 900).map(() => random.next());
  const side = (isCandidate: boolean): RunRecord =>
    runOf({
      load: points.map((axes, i) => {
        const factor = isCandidate ? factorAt(axes.batchSize) : 1;
        const noise = trialFactors(trials, random, spread);
        return loadRow(
          noise.map((value, t) => value * drift[i]![t]! * factor),
          axes,
          trialFactors(trials, random, spread),
        );
      }),
      quality: WIDTHS.map((dimensions) =>
        qualityRow(
          difficulty.map((hardness) => {
            const isRight = hardness < 0.88 !== random.next() < 0.01;
            return isRight && !(isCandidate && random.next() < loss);
          }),
          { dimensions },
        ),
      ),
    });
  return [side(false), side(true)];
}

function simulate(
  times: number,
  stream: string,
  scenario: Scenario,
  options: CompareOptions = {},
): Comparison[] {
  const random = seeded(stream);
  return Array.from({ length: times }, () => {
    const [base, candidate] = twoRuns(random, scenario);
    return compareRuns(base, candidate, options);
  });
}

function called({ differences }: Comparison): Difference[] {
  return differences.filter(({ verdict }) => verdict === 'improved' || verdict === 'regressed');
}

const share = (comparisons: readonly Comparison[], holds: (comparison: Comparison) => boolean): number =>
  comparisons.filter(holds).length / comparisons.length;

/** Hundreds of comparisons take seconds on an idle machine, and longer beside other tests. */
const PATIENCE_MS = 180_000;

describe('many comparisons of a server with itself raise a false alarm anywhere in at most 5 of 100', () => {
  it.each([
    // Beside such a spread no least effect hides what the tests do; `self` has none.
    ['by the rank-sum tests alone', 'runs', { trials: 9, spread: 0.15 }, 400],
    ['by the signed-rank tests alone', 'self', { trials: 12, isAlternating: true }, 400],
    ['with the least effects of two runs', 'runs', { trials: 9 }, 200],
    ['with the least effects of trials in alternation', 'live', { trials: 12, isAlternating: true }, 200],
  ] as const)(
    '%s',
    (name, mode, scenario, times) => {
      const comparisons = simulate(times, name, scenario, { mode });
      expect(comparisons.every(({ family }) => family >= 18)).toBe(true);
      expect(share(comparisons, (comparison) => called(comparison).length > 0)).toBeLessThanOrEqual(0.05);
    },
    PATIENCE_MS,
  );
});

describe('an injected change', () => {
  const at8 = (factor: number) => ({ factorAt: (batchSize: number) => (batchSize === 8 ? factor : 1) });

  it.each([
    ['two runs', 'runs', { trials: 12 }],
    ['trials in alternation', 'live', { trials: 14, isAlternating: true }],
  ] as const)(
    'of +8 %% at one batch size is called there and nowhere else (%s)',
    (_, mode, scenario) => {
      const comparisons = simulate(100, `slower ${mode}`, { ...scenario, ...at8(1.08) }, { mode });
      const isCaught = (comparison: Comparison): boolean =>
        called(comparison).some(
          ({ verdict, subject }) => verdict === 'regressed' && subject.axes['batchSize'] === 8,
        );
      expect(share(comparisons, isCaught)).toBeGreaterThanOrEqual(0.95);
      const isElsewhere = ({ subject }: Difference): boolean => subject.axes['batchSize'] !== 8;
      // At 5 in 100, more than 12 in 100 come about once in a thousand times.
      expect(share(comparisons, (comparison) => called(comparison).some(isElsewhere))).toBeLessThanOrEqual(
        0.12,
      );
      const isBetter = ({ verdict, subject }: Difference): boolean =>
        verdict === 'improved' && subject.axes['batchSize'] === 8;
      expect(comparisons.flatMap(called).some(isBetter)).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'of −8 % is called improved',
    () => {
      const comparisons = simulate(50, 'faster', { trials: 12, ...at8(1 / 1.08) });
      expect(
        share(comparisons, (c) => called(c).some(({ verdict }) => verdict === 'improved')),
      ).toBeGreaterThanOrEqual(0.95);
      expect(comparisons.flatMap(called).some(({ verdict }) => verdict === 'regressed')).toBe(false);
    },
    PATIENCE_MS,
  );

  it(
    'of −2.5 points of accuracy is called in nearly all runs, though items flip by themselves',
    () => {
      const comparisons = simulate(100, 'worse', { trials: 9, loss: 0.045 });
      const isCaught = (comparison: Comparison): boolean =>
        called(comparison).some(
          ({ verdict, subject }) => verdict === 'regressed' && subject.metric === 'accuracy',
        );
      expect(share(comparisons, isCaught)).toBeGreaterThanOrEqual(0.95);
    },
    PATIENCE_MS,
  );
});
