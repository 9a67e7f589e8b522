import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import type { ComparisonVerdict } from '../../src/compare/difference.ts';
import type { LoadRow } from '../../src/core/record/load-row.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { baselineOf } from '../../src/store/baseline-of-record.ts';
import { recordOfBaseline } from '../../src/store/record-of-baseline.ts';
import { buildRecord } from '../report/fixtures/record.ts';
import { SMALL } from '../report/fixtures/sweep.ts';
import { firstOf, loadRow, qualityRow, runOf, seeded, trialFactors } from './run-fixture.ts';

function verdicts({ differences }: Comparison, metric?: string): ComparisonVerdict[] {
  return differences
    .filter(({ subject }) => metric === undefined || subject.metric === metric)
    .map(({ verdict }) => verdict);
}

function find({ differences }: Comparison, metric: string) {
  const found = differences.filter(({ subject }) => subject.metric === metric);
  expect(found).toHaveLength(1);
  return found[0]!;
}

/** Eight trials without a tie, from 1 to 1.007. */
const STEADY = Array.from({ length: 8 }, (_, i) => 1 + i / 1000);
const slower = (factor: number): number[] => STEADY.map((value) => value * factor);
const runWith = (factors: readonly number[]): RunRecord => runOf({ load: [loadRow(factors)] });

describe('a comparison of load cells', () => {
  it('calls +8 % regressed, with the shift, its interval and exact p', () => {
    const comparison = compareRuns(runWith(STEADY), runWith(slower(1.08)));
    const p50 = find(comparison, 'serviceP50Ms');
    expect(p50.verdict).toBe('regressed');
    expect(p50.change!.value).toBeCloseTo(0.08, 10);
    expect(p50.change!.base).toBeCloseTo(10.035, 5);
    expect(p50.change!.low).toBeGreaterThan(0.07);
    expect(p50.change!.high).toBeLessThan(0.09);
    // All 8 of one side above all 8 of the other: 2 of C(16, 8) = 12,870 orders.
    expect(p50.change!.p).toBeCloseTo(2 / 12_870, 12);
    expect(comparison.family).toBe(3);
    expect(p50.pAdjusted).toBeCloseTo(6 / 12_870, 12);
    expect(find(comparison, 'textsPerSecond')).toMatchObject({ verdict: 'regressed', direction: 'higher' });
    expect(find(comparison, 'textsPerSecond').change!.value).toBeCloseTo(1 / 1.08 - 1, 10);
  });

  it('calls −8 % of time improved, and the same trials the same', () => {
    expect(verdicts(compareRuns(runWith(slower(1.08)), runWith(STEADY)))).toEqual(Array(3).fill('improved'));
    expect(verdicts(compareRuns(runWith(STEADY), runWith(STEADY)))).toEqual(Array(3).fill('same'));
  });

  it('does not call a change of 3 % between two runs, and does between trials in alternation', () => {
    const [base, candidate] = [runWith(STEADY), runWith(slower(1.03))];
    const runs = find(compareRuns(base, candidate), 'serviceP50Ms');
    expect(runs).toMatchObject({ verdict: 'same', leastEffect: 0.05 });
    const live = find(compareRuns(base, candidate, { mode: 'live' }), 'serviceP50Ms');
    expect(live).toMatchObject({ verdict: 'regressed', leastEffect: 0.02 });
    // All 8 pairs on one side: 2 of 2⁸ sign patterns.
    expect(live.change!.p).toBeCloseTo(2 / 256, 12);
  });

  it('pairs trials by their index, whatever their order, so that drift common to both cancels', () => {
    const drift = [1, 1.5, 1.1, 2, 1.3, 1.8, 1.2, 1.6, 1.9, 1.4];
    const base = loadRow(drift);
    const candidate = loadRow(drift.map((value, i) => value * (1.06 + i / 1000)));
    const shuffledRow: LoadRow = { ...candidate, trials: [...candidate.trials].reverse() };
    const [a, b] = [runOf({ load: [base] }), runOf({ load: [shuffledRow] })];
    expect(find(compareRuns(a, b, { mode: 'live' }), 'serviceP50Ms').verdict).toBe('regressed');
    expect(find(compareRuns(a, b), 'serviceP50Ms').verdict).toBe('inconclusive');
  });

  it('says that too few trials cannot show anything, and how many would', () => {
    const three = [1, 1.001, 1.002];
    const difference = find(compareRuns(runWith(three), runWith(three.map((f) => f * 2))), 'serviceP50Ms');
    expect(difference.verdict).toBe('noVerdict');
    expect(difference.reason).toMatch(/3 and 3 trials cannot show a change/);
    expect(difference.need).toMatchObject({ of: 'trials' });
    expect(difference.need!.count).toBeGreaterThan(3);
    const one = find(compareRuns(runWith([1]), runWith([2])), 'serviceP50Ms');
    expect(one).toMatchObject({
      verdict: 'noVerdict',
      reason: 'too few trials: 1 and 1, where 2 are needed',
    });
  });

  it('asks for as many trials as the whole family needs', () => {
    // 30 figures: 2 ÷ C(2n, n) ≤ 0.05 ÷ 30 takes seven trials a side; with five, none of them can be called.
    const run = (factor: number): RunRecord =>
      runOf({
        load: Array.from({ length: 10 }, (_, i) => loadRow(slower(factor).slice(0, 5), { batchSize: i + 1 })),
      });
    const { differences, family } = compareRuns(run(1), run(1.5));
    expect(family).toBe(0);
    for (const { verdict, need, detectable } of differences) {
      expect([verdict, detectable]).toEqual(['noVerdict', undefined]);
      expect(need).toEqual({ count: 7, of: 'trials' });
    }
  });

  it('gives no verdict on an invalid cell, and doubts one of a suspect cell', () => {
    const reasons = [{ code: 'clientSaturated', message: 'the client was the bottleneck' }];
    const marked = (verdict: 'invalid' | 'suspect'): RunRecord =>
      runOf({ load: [{ ...loadRow(slower(1.08)), validity: { verdict, reasons } }] });
    const invalid = find(compareRuns(runWith(STEADY), marked('invalid')), 'serviceP95Ms');
    expect(invalid).toMatchObject({
      verdict: 'noVerdict',
      reason: 'the candidate cell is invalid: the client was the bottleneck',
    });
    expect(compareRuns(runWith(STEADY), marked('invalid')).family).toBe(0);
    const suspect = find(compareRuns(runWith(STEADY), marked('suspect')), 'serviceP95Ms');
    expect(suspect.verdict).toBe('regressed');
    expect(suspect.doubts).toEqual(['the candidate cell is suspect: the client was the bottleneck']);
  });

  it('compares the response times of an open loop, and the service times of a closed one', () => {
    const open = loadRow(STEADY, { rate: 50, arrivals: 'poisson' });
    const metrics = (row: LoadRow): string[] =>
      compareRuns(runOf({ load: [row] }), runOf({ load: [row] })).differences.map(
        ({ subject }) => subject.metric,
      );
    expect(metrics(open)).toEqual(['responseP50Ms', 'responseP95Ms', 'textsPerSecond']);
    expect(metrics(loadRow(STEADY))).toEqual(['serviceP50Ms', 'serviceP95Ms', 'textsPerSecond']);
  });
});

describe('a comparison of quality cells', () => {
  const scored = (right: readonly boolean[]): RunRecord => runOf({ quality: [qualityRow(right)] });

  it('calls a loss of 2 points by McNemar’s test on the same items', () => {
    // 18 of 900 items lost, none won: p = 2 ÷ 2¹⁸.
    const accuracy = find(compareRuns(scored(firstOf(900, 800)), scored(firstOf(900, 782))), 'accuracy');
    expect(accuracy.verdict).toBe('regressed');
    expect(accuracy.change).toMatchObject({
      scale: 'absolute',
      n: { base: 900, candidate: 900, of: 'items' },
    });
    expect(accuracy.change!.value).toBeCloseTo(-0.02, 12);
    expect(accuracy.change!.p).toBeCloseTo(2 / 2 ** 18, 12);
  });

  it('is not taken in by as many items won as lost', () => {
    const lost = firstOf(900, 800).map((right, i) => (i < 20 ? false : i >= 800 && i < 820 ? true : right));
    const accuracy = find(compareRuns(scored(firstOf(900, 800)), scored(lost)), 'accuracy');
    expect(accuracy.change).toMatchObject({ value: 0, p: 1 });
    expect(['same', 'inconclusive']).toContain(accuracy.verdict);
  });

  it('takes a difference of two independent samples of such sizes for chance', () => {
    // The intervals alone (±2 points each) would not show it: the pairing does.
    const unpaired = (right: number): RunRecord => {
      const { classification: _, ...row } = qualityRow(firstOf(900, right));
      return runOf({ quality: [row] });
    };
    expect(find(compareRuns(unpaired(800), unpaired(782)), 'accuracy').verdict).toBe('inconclusive');
  });

  it('says which score one side lacks', () => {
    const bare = { ...qualityRow(firstOf(900, 800)), scores: {} };
    const accuracy = find(compareRuns(scored(firstOf(900, 800)), runOf({ quality: [bare] })), 'accuracy');
    expect(accuracy).toMatchObject({ verdict: 'noVerdict', reason: 'the candidate has no such score' });
  });
});

describe('what differs besides the change under test', () => {
  const both = (changes: Partial<RunRecord> = {}, factor = 1.08): RunRecord =>
    runOf({ quality: [qualityRow(firstOf(900, 782))], load: [loadRow(slower(factor))] }, changes);
  const base = runOf({ quality: [qualityRow(firstOf(900, 800))], load: [loadRow(STEADY)] });

  it.each([
    [
      'data',
      { dataset: { ...base.dataset, hash: '0'.repeat(64) } },
      'differentData',
      ['noVerdict', 'regressed'],
    ],
    ['the seed', { config: { ...base.config, seed: 1 } }, 'differentProtocol', ['noVerdict', 'regressed']],
    [
      'the load protocol',
      { config: { ...base.config, load: { workers: 4 } } },
      'differentProtocol',
      ['regressed', 'noVerdict'],
    ],
    [
      'hardware',
      { environment: { ...base.environment, hardwareHash: 'other' } },
      'differentHardware',
      ['regressed', 'noVerdict'],
    ],
  ] satisfies [string, Partial<RunRecord>, string, ComparisonVerdict[]][])(
    '%s takes the affected verdicts away, unless forced',
    (_, changes, code, expected) => {
      const comparison = compareRuns(base, both(changes));
      expect(comparison.notices.map((notice) => notice.code)).toEqual([code]);
      expect([find(comparison, 'accuracy').verdict, find(comparison, 'serviceP50Ms').verdict]).toEqual(
        expected,
      );
      const blocked = comparison.differences.find(({ verdict }) => verdict === 'noVerdict');
      expect(blocked?.reason).toBe(comparison.notices[0]!.message);
      const forced = compareRuns(base, both(changes), { force: true });
      expect(forced).toMatchObject({ forced: true, notices: [{ code }] });
      expect(new Set(verdicts(forced))).toEqual(new Set(['regressed']));
    },
  );

  it('is said and changes nothing where it may be the change under test', () => {
    const server = { ...base.server, software: 'sglang', version: '2', fingerprint: 'e'.repeat(64) };
    const comparison = compareRuns(base, both({ server }));
    expect(comparison.notices.map(({ code, spoils }) => [code, spoils])).toEqual([
      ['differentServer', 'none'],
      ['differentFingerprint', 'none'],
    ]);
    expect(new Set(verdicts(comparison))).toEqual(new Set(['regressed']));
    expect(comparison.candidate).toMatchObject({ software: 'sglang 2', fingerprint: server.fingerprint });
  });

  it('lists cells that one side lacks, and the axis values behind them', () => {
    const wide = qualityRow(firstOf(900, 800), { dimensions: 1024 });
    const batch = loadRow(STEADY, { batchSize: 8 });
    const comparison = compareRuns(
      { ...base, quality: [...base.quality, wide] },
      { ...both(), load: [...both().load, batch] },
    );
    expect(comparison.unmatched).toEqual([
      {
        kind: 'quality',
        cell: wide.id,
        axes: { dimensions: 1024, instruction: 'none', dtype: 'float32' },
        side: 'base',
      },
      expect.objectContaining({ kind: 'load', cell: batch.id, side: 'candidate' }),
    ]);
    expect(comparison.notices.map(({ code, message }) => [code, message])).toEqual([
      ['differentAxes', 'different axes of the quality cells: dimensions 1024 only in the base'],
      ['differentAxes', 'different axes of the load cells: batchSize 8 only in the candidate'],
    ]);
  });

  it('refuses runs without a cell in common, and takes one that measured nothing', () => {
    const other = runOf({ load: [loadRow(STEADY, { batchSize: 8 })] });
    expect(() => compareRuns(runWith(STEADY), other)).toThrow(
      expect.objectContaining({
        failureClass: 'usage',
        message: expect.stringContaining('have no cell in common') as string,
        hint: 'batchSize 1 only in the base; batchSize 8 only in the candidate: measure both with the same axes.',
      }),
    );
    const stopped = compareRuns(base, runOf({}, { status: 'interrupted' }));
    expect(stopped.differences).toEqual([]);
    expect(stopped.unmatched).toHaveLength(2);
    expect(stopped.candidate.status).toBe('interrupted');
  });
});

describe('the choice of figures', () => {
  const run = runOf({ load: [loadRow(STEADY), loadRow(STEADY, { batchSize: 8 })] });

  it('compares what is named, where it is named', () => {
    const { differences } = compareRuns(run, run, {
      figures: [
        { metric: 'errorShare', cells: { batchSize: 8 } },
        { metric: 'requestsPerSecond', cells: {} },
      ],
    });
    expect(differences.map(({ subject }) => [subject.metric, subject.axes['batchSize']])).toEqual([
      ['requestsPerSecond', 1],
      ['requestsPerSecond', 8],
      ['errorShare', 8],
    ]);
  });

  it('takes the column of a score, with or without its name', () => {
    const row = qualityRow(firstOf(900, 800));
    const clustering = { column: 'sentiment', clusters: 2, inertia: 1, nInit: 10, engine: 'native' };
    const scores = { ari: { value: 0.4, n: 9 }, 'ari[domain]': { value: 0.3, n: 9 } };
    const record = runOf({ quality: [{ ...row, scores, clustering: [clustering] }] });
    const metrics = (metric: string): string[] =>
      compareRuns(record, record, { figures: [{ metric, cells: {} }] }).differences.map(
        ({ subject }) => subject.metric,
      );
    expect(metrics('ari')).toEqual(['ari']);
    expect(metrics('ari[sentiment]')).toEqual(['ari']);
    expect(metrics('ari[domain]')).toEqual(['ari[domain]']);
  });

  it.each([
    ['acuracy', {}, 'there is no metric acuracy', 'Did you mean accuracy?'],
    [
      'serviceP90Ms',
      {},
      'p90 service (serviceP90Ms) is not kept trial by trial, so that a change cannot be told from chance',
      expect.stringContaining('serviceP95Ms'),
    ],
    ['accuracy', { dimension: 512 }, 'dimension is not an axis that cells have', 'Did you mean dimensions?'],
  ])('refuses %s at %o', (metric, cells, message, hint) => {
    expect(() => compareRuns(run, run, { figures: [{ metric, cells }] })).toThrow(
      expect.objectContaining({ message, hint, where: 'metrics' }),
    );
  });
});

describe('a baseline as the base', () => {
  it('gives the verdicts of the record it was made of', () => {
    const record = buildRecord(SMALL);
    const candidate = {
      ...buildRecord({ ...SMALL, seed: 43 }),
      dataset: record.dataset,
      items: record.items,
    };
    const whole = compareRuns(record, candidate);
    const kept = compareRuns(
      recordOfBaseline(baselineOf(record, 'main', '2026-02-03T00:00:00.000Z')),
      candidate,
      { baseline: 'main' },
    );
    expect(kept.base.baseline).toBe('main');
    expect(verdicts(kept)).toEqual(verdicts(whole));
    expect(kept.family).toBe(whole.family);
    for (const [i, { change }] of kept.differences.entries()) {
      const expected = whole.differences[i]!.change;
      expect(change?.value ?? 0).toBeCloseTo(expected?.value ?? 0, 4);
      expect(change?.p ?? 0).toBeCloseTo(expected?.p ?? 0, 4);
    }
    expect(new Set(verdicts(whole)).size).toBeGreaterThan(2);
  });
});

describe('laws', () => {
  const cells = fc.array(
    fc.record({
      batchSize: fc.integer({ min: 1, max: 64 }),
      factor: fc.constantFrom(1, 1, 0.7, 1.4),
      right: fc.constantFrom(800, 700),
    }),
    { minLength: 1, maxLength: 5 },
  );
  const pairOf = (
    points: readonly { batchSize: number; factor: number; right: number }[],
  ): [RunRecord, RunRecord] => {
    const random = seeded('laws');
    const unique = [...new Map(points.map((point) => [point.batchSize, point])).values()];
    const side = (isCandidate: boolean): RunRecord =>
      runOf({
        load: unique.map(({ batchSize, factor }) =>
          loadRow(
            trialFactors(9, random, 0.01).map((noise) => noise * (isCandidate ? factor : 1)),
            { batchSize },
          ),
        ),
        quality: unique.map(({ batchSize, right }) =>
          qualityRow(firstOf(900, isCandidate ? right : 800), { dimensions: batchSize }),
        ),
      });
    return [side(false), side(true)];
  };
  const MIRROR: Record<ComparisonVerdict, ComparisonVerdict> = {
    improved: 'regressed',
    regressed: 'improved',
    same: 'same',
    inconclusive: 'inconclusive',
    noVerdict: 'noVerdict',
  };

  it.each(['runs', 'live'] as const)('exchanged sides mirror the verdicts (%s)', (mode) => {
    fc.assert(
      fc.property(cells, (points) => {
        const [base, candidate] = pairOf(points);
        const there = verdicts(compareRuns(base, candidate, { mode }));
        const back = verdicts(compareRuns(candidate, base, { mode }));
        expect(back).toEqual(there.map((verdict) => MIRROR[verdict]));
      }),
      { numRuns: 30 },
    );
  });

  it('the order of rows, trials and items does not matter', () => {
    fc.assert(
      fc.property(cells, (points) => {
        const [base, candidate] = pairOf(points);
        const turned: RunRecord = {
          ...candidate,
          load: [...candidate.load].reverse().map((row) => ({ ...row, trials: [...row.trials].reverse() })),
          quality: [...candidate.quality].reverse(),
          items: {
            ids: [...candidate.items.ids].reverse(),
            labels: { sentiment: [...candidate.items.labels['sentiment']!].reverse() },
          },
        };
        expect(compareRuns(base, turned)).toEqual(compareRuns(base, candidate));
      }),
      { numRuns: 20 },
    );
  });
});
