import { describe, expect, it } from 'vitest';
import type { LoadRow } from '../../../src/core/record/load-row.ts';
import type { RunRecord } from '../../../src/core/record/run-record.ts';
import { baselineOf } from '../../../src/store/baseline-of-record.ts';
import { recordOfBaseline } from '../../../src/store/record-of-baseline.ts';
import { firstOf, interval, loadRow, qualityRow, runOf, seeded, trialFactors } from '../run-fixture.ts';
import { gateOf } from './gate-fixture.ts';

/** Eight trials without a tie, from 1 to 1.007. */
const STEADY = Array.from({ length: 8 }, (_, i) => 1 + i / 1000);
const slower = (factor: number): number[] => STEADY.map((value) => value * factor);
const timed = (factor: number): RunRecord => runOf({ load: [loadRow(slower(factor))] });
const scored = (right: number, of = 900): RunRecord => runOf({ quality: [qualityRow(firstOf(of, right))] });

const P95_5 = { metric: 'serviceP95Ms', maxRegression: '5%' };
const ACCURACY_2 = { metric: 'accuracy', maxRegression: '2 points' };

describe('maxRegression', () => {
  it('fails a loss that is shown and larger, in the sentence a reviewer needs', () => {
    const result = gateOf([P95_5], timed(1), timed(1.08));
    expect(result.outcome).toBe('fail');
    expect(result.checks).toEqual([
      expect.objectContaining({
        where: 'gate.rules[0]',
        rule: 'p95 service may not rise by more than 5 %',
        metric: 'serviceP95Ms',
        cell: timed(1).load[0]!.id,
        axes: expect.objectContaining({ batchSize: 1, concurrency: 4 }) as unknown,
        outcome: 'fail',
        reason: '8.0 % worse (95 %: 7.7 % to 8.3 %); the limit is 5 %',
      }),
    ]);
    expect(result.checks[0]!.difference).toBe(result.comparison.differences[0]);
  });

  it('passes an improvement, no change, and a loss within the limit', () => {
    for (const factor of [0.8, 1, 1.03]) {
      const { outcome, checks } = gateOf([P95_5], timed(1), timed(factor));
      expect([factor, outcome]).toEqual([factor, 'pass']);
      expect(checks.map((check) => check.outcome)).toEqual(['pass']);
    }
  });

  it('takes the direction from the metric', () => {
    const rule = { metric: 'textsPerSecond', maxRegression: '5%' };
    expect(gateOf([rule], timed(1), timed(1.08)).outcome).toBe('fail');
    expect(gateOf([rule], timed(1.08), timed(1)).outcome).toBe('pass');
  });

  it('takes amounts in the metric’s unit, and shares of scores', () => {
    // The p95 rises from 20.07 ms to 21.68 ms, accuracy falls from 800 to 782 of 900: by 2 points, 2.25 %.
    const time = (maxRegression: number | string) =>
      gateOf([{ metric: 'serviceP95Ms', maxRegression }], timed(1), timed(1.08)).outcome;
    expect([time(1), time('1 ms'), time(3), time('0.003 s')]).toEqual(['fail', 'fail', 'pass', 'pass']);
    const share = (maxRegression: number | string) =>
      gateOf([{ metric: 'accuracy', maxRegression }], scored(800), scored(782)).outcome;
    expect([share('1.5 points'), share(0.015), share('2%')]).toEqual(['fail', 'fail', 'fail']);
    expect([share('3.5 points'), share(0.035), share('4%')]).toEqual(['pass', 'pass', 'pass']);
  });

  it('fails a loss of accuracy on the same items', () => {
    const result = gateOf([{ metric: 'accuracy', maxRegression: '1 point' }], scored(800), scored(782));
    expect(result.checks[0]).toMatchObject({
      outcome: 'fail',
      rule: 'accuracy may not fall by more than 1 point',
      reason: expect.stringMatching(
        /^2\.0 points worse \(95 %: 1\.\d points to 3\.\d points\); the limit is 1 point$/,
      ) as unknown,
    });
  });

  it('does not pass what was too noisy to show the loss it guards against', () => {
    const factors = trialFactors(6, seeded('noisy'), 0.2);
    const noisy = (of: readonly number[]): RunRecord => runOf({ load: [loadRow(of)] });
    const { outcome, checks } = gateOf([P95_5], noisy(factors), noisy([...factors].reverse()));
    expect(outcome).toBe('noVerdict');
    expect(checks[1]).toMatchObject({ where: 'gate.maxUnreliableCells', outcome: 'undecided' });
    expect(checks[0]!.reason).toMatch(
      /^unchanged \(95 %: .* better to .* worse\); no loss below \d+\.\d % would have shown, and the limit is 5 %; about \d+ trials on each side would decide$/,
    );
  });

  it('passes without a difference where so large a loss would have shown', () => {
    const random = seeded('power');
    const calm = (): RunRecord => runOf({ load: [loadRow(trialFactors(20, random, 0.03))] });
    const { outcome, checks } = gateOf([P95_5], calm(), calm());
    expect([outcome, checks[0]!.difference!.verdict]).not.toEqual(['pass', 'regressed']);
    expect(outcome).toBe('pass');
  });

  it('does not call a loss below the machine’s noise floor, and does not pass it either', () => {
    const noiseFloor = {
      hardwareHash: 'x',
      hardware: 'x',
      measuredAt: '2026-01-01T00:00:00.000Z',
      model: 'x',
      pairs: 10,
      metrics: { serviceP95Ms: { scale: 'relative', leastEffect: 0.1, cells: {} } },
    } as const;
    const result = gateOf([P95_5], timed(1), timed(1.08), { mode: 'live', noiseFloor });
    expect(result.outcome).toBe('noVerdict');
    expect(result.checks[0]!.reason).toMatch(/which may be chance; the limit is 5 %/);
  });

  it('holds memory by its size alone', () => {
    const peak = (rssPeakBytes: number): RunRecord =>
      runOf({ load: [loadRow(STEADY)] }, { memory: { ...timed(1).memory, server: { rssPeakBytes } } });
    const rule = { metric: 'serverRssPeakBytes', maxRegression: '10%' };
    expect(gateOf([rule], peak(1e9), peak(1.2e9)).checks[0]).toMatchObject({
      outcome: 'fail',
      reason: '20.0 % worse; the limit is 10 %',
    });
    expect(gateOf([rule], peak(1e9), peak(1.08e9)).outcome).toBe('pass');
    expect(gateOf([{ ...rule, maxRegression: '5 MB' }], peak(1e9), peak(1.2e9)).outcome).toBe('fail');
    expect(gateOf([{ ...rule, maxRegression: '2%' }], peak(1e9), peak(1.04e9)).outcome).toBe('noVerdict');
    // What a small runtime has not collected yet says nothing about the server.
    expect(gateOf([rule], peak(100e6), peak(120e6)).outcome).toBe('noVerdict');
  });
});

describe('nonInferiorWithin', () => {
  const rule = (within: string) => ({ metric: 'accuracy', nonInferiorWithin: within });

  it('passes only what rules the loss out, and fails only what shows it', () => {
    expect(gateOf([rule('2 points')], scored(800), scored(800)).outcome).toBe('pass');
    // 18 of 900 lost: between 1.2 and 3.2 points at 95 %.
    expect(gateOf([rule('4 points')], scored(800), scored(782)).outcome).toBe('pass');
    expect(gateOf([rule('2 points')], scored(800), scored(782)).outcome).toBe('noVerdict');
    expect(gateOf([rule('0.5 points')], scored(800), scored(782)).outcome).toBe('fail');
    expect(gateOf([rule('2 points')], scored(800), scored(782)).checks[0]!.reason).toMatch(
      /a loss of 2 points is not ruled out/,
    );
  });

  it('asks more than maxRegression does', () => {
    const flipped = firstOf(900, 800).map((right, i) =>
      i < 12 ? false : i >= 800 && i < 812 ? true : right,
    );
    const candidate = runOf({ quality: [qualityRow(flipped)] });
    const outcome = (limit: object) =>
      gateOf([{ metric: 'accuracy', ...limit }], scored(800), candidate).outcome;
    expect(outcome({ maxRegression: '2 points' })).toBe('pass');
    expect(outcome({ nonInferiorWithin: '1 point' })).toBe('noVerdict');
  });
});

describe('exact', () => {
  const bytes = (bytesPerVector: number): RunRecord =>
    runOf(
      { load: [loadRow(STEADY)] },
      { memory: { ...timed(1).memory, vectorBytes: [{ dimensions: 512, dtype: 'int8', bytesPerVector }] } },
    );

  it('fails any difference and passes none', () => {
    const rule = { metric: 'vectorBytes', exact: true } as const;
    expect(gateOf([rule], bytes(512), bytes(512)).checks[0]).toMatchObject({
      outcome: 'pass',
      reason: '512 on both sides',
      axes: { dimensions: 512, dtype: 'int8' },
    });
    expect(gateOf([rule], bytes(512), bytes(513)).checks[0]).toMatchObject({
      outcome: 'fail',
      reason: 'it was 512 and is 513',
    });
    const accuracy = { metric: 'accuracy', exact: true } as const;
    expect(gateOf([accuracy], scored(800), scored(801)).outcome).toBe('fail');
    expect(gateOf([accuracy], scored(800), scored(800)).comparison.differences).toEqual([]);
  });

  it('does not take the rounding of a baseline for a change', () => {
    const base = recordOfBaseline(baselineOf(scored(601), 'main', '2026-02-03T00:00:00.000Z'));
    expect(base.quality[0]!.scores['accuracy']!.value).not.toBe(
      scored(601).quality[0]!.scores['accuracy']!.value,
    );
    expect(gateOf([{ metric: 'accuracy', exact: true }], base, scored(601)).outcome).toBe('pass');
    expect(gateOf([{ metric: 'accuracy', exact: true }], base, scored(602)).outcome).toBe('fail');
  });

  it('decides nothing over other data', () => {
    const other = { ...scored(800), dataset: { ...scored(800).dataset, hash: '0'.repeat(64) } };
    const rule = { metric: 'accuracy', exact: true } as const;
    expect(gateOf([rule], scored(800), other).outcome).toBe('noVerdict');
    expect(gateOf([rule], scored(800), other, { force: true }).outcome).toBe('pass');
    const vectors = { metric: 'vectorBytes', exact: true } as const;
    expect(gateOf([vectors], bytes(512), { ...bytes(512), dataset: other.dataset }).outcome).toBe('pass');
  });
});

describe('min and max', () => {
  it('hold the whole interval against the bound', () => {
    // The p95 of the fixture is 20.08 ms, between 19.08 and 21.08.
    const p95 = (bounds: object) =>
      gateOf([{ metric: 'serviceP95Ms', ...bounds }], timed(1), timed(1)).checks[0]!;
    expect(p95({ max: 22 }).outcome).toBe('pass');
    expect(p95({ max: '0.022 s' }).outcome).toBe('pass');
    expect(p95({ max: 20 })).toMatchObject({
      outcome: 'undecided',
      reason: '20.08 ms (at 95 % 19.08 ms to 21.08 ms): a bound lies inside the interval',
    });
    expect(p95({ max: 15 })).toMatchObject({
      outcome: 'fail',
      rule: 'p95 service must be at most 15.00 ms',
      reason: '20.08 ms (at 95 % 19.08 ms to 21.08 ms), out of bounds',
    });
    expect(p95({ min: 10, max: 22 })).toMatchObject({
      outcome: 'pass',
      rule: 'p95 service must be at least 10.00 ms and at most 22.00 ms',
    });
    const accuracy = (min: number | string) =>
      gateOf([{ metric: 'accuracy', min }], scored(800), scored(800)).checks[0]!.outcome;
    expect([accuracy(0.85), accuracy('85%'), accuracy(0.88), accuracy(0.95)]).toEqual([
      'pass',
      'pass',
      'undecided',
      'fail',
    ]);
  });

  it('take failed requests as they were counted', () => {
    const failing = (ok: number): RunRecord =>
      runOf({ load: [{ ...loadRow(STEADY), requests: { sent: 4000, ok, failed: {} } }] });
    const check = (ok: number, max: number | string) =>
      gateOf([{ metric: 'errorShare', max }], timed(1), failing(ok)).checks[0]!;
    expect(check(4000, 0)).toMatchObject({
      outcome: 'pass',
      rule: 'failed requests must be at most 0.0000',
      reason: '0.0000',
    });
    expect(check(3999, 0).outcome).toBe('fail');
    expect(check(3990, '0.3%')).toMatchObject({ outcome: 'pass', reason: '0.0025' });
    expect(check(3990, '0.2%')).toMatchObject({ outcome: 'fail', reason: '0.0025, out of bounds' });
  });

  it('need trials and validity, and an interval', () => {
    const rule = { metric: 'serviceP95Ms', max: 100 };
    const few = runOf({ load: [loadRow([1, 1, 1])] });
    expect(gateOf([rule], timed(1), few).checks[0]).toMatchObject({
      outcome: 'undecided',
      reason: 'too few trials: 3, where 5 are needed',
    });
    const invalid: LoadRow = {
      ...loadRow(STEADY),
      validity: { verdict: 'invalid', reasons: [{ code: 'x', message: 'the client was the bottleneck' }] },
    };
    expect(gateOf([rule], timed(1), runOf({ load: [invalid] })).checks[0]!.reason).toBe(
      'the cell is invalid: the client was the bottleneck',
    );
    const bare = { ...qualityRow(firstOf(900, 800)), scores: { nmi: { value: 0.4, n: 900 } } };
    const record = runOf({ quality: [bare] });
    expect(gateOf([{ metric: 'nmi', min: 0.1 }], record, record).checks[0]).toMatchObject({
      outcome: 'undecided',
      reason: '0.400, without an interval, so that its doubt is not known',
    });
  });
});

describe('a gate fails closed', () => {
  const cells = (...batchSizes: readonly number[]): RunRecord =>
    runOf({ load: batchSizes.map((batchSize) => loadRow(STEADY, { batchSize })) });

  it('on a cell that the candidate lacks, which it names', () => {
    const { outcome, checks } = gateOf([P95_5], cells(1, 8), cells(1));
    expect(outcome).toBe('noVerdict');
    expect(checks.map((check) => [check.outcome, check.axes?.['batchSize'], check.reason])).toEqual([
      ['undecided', 8, 'the candidate has no such figure'],
      ['undecided', undefined, '1 cell is without an answer'],
      ['pass', 1, expect.any(String)],
    ]);
  });

  it('on a cell that the baseline lacks, on one that is invalid, and on too few trials', () => {
    expect(gateOf([P95_5], cells(1), cells(1, 8)).checks[0]).toMatchObject({
      outcome: 'undecided',
      reason: 'the baseline has no such figure: bless a run that has it',
    });
    const invalid = runOf({
      load: [
        { ...loadRow(STEADY), validity: { verdict: 'invalid', reasons: [{ code: 'x', message: 'no' }] } },
      ],
    });
    expect(gateOf([P95_5], cells(1), invalid)).toMatchObject({
      outcome: 'noVerdict',
      checks: [{ reason: 'the candidate cell is invalid: no' }, {}],
    });
    const few = runOf({ load: [loadRow([1, 1.01, 1.02, 1.03])] });
    expect(gateOf([P95_5], few, few)).toMatchObject({
      outcome: 'noVerdict',
      checks: [{ reason: 'too few trials: 4 and 4, where 5 are needed' }, {}],
    });
  });

  it('on other data, other hardware, and a run that measured nothing', () => {
    const elsewhere = { ...cells(1), environment: { ...cells(1).environment, hardwareHash: 'other' } };
    expect(gateOf([P95_5], cells(1), elsewhere).outcome).toBe('noVerdict');
    expect(gateOf([P95_5], cells(1), elsewhere, { force: true }).outcome).toBe('pass');
    const other = { ...scored(800), dataset: { ...scored(800).dataset, hash: '0'.repeat(64) } };
    expect(gateOf([ACCURACY_2], scored(800), other).outcome).toBe('noVerdict');
    expect(gateOf([P95_5], cells(1), runOf({}, { status: 'interrupted' })).outcome).toBe('noVerdict');
  });

  it('but lets as many cells go as it was told to, never all of a rule', () => {
    const lacking = { maxUnreliableCells: 1 };
    const result = gateOf(
      [P95_5, { metric: 'serviceP50Ms', maxRegression: '5%' }],
      cells(1, 8),
      cells(1),
      lacking,
    );
    expect(result.outcome).toBe('pass');
    expect(result.checks.find(({ where }) => where === 'gate.maxUnreliableCells')).toEqual({
      where: 'gate.maxUnreliableCells',
      rule: 'at most 1 cell may be without an answer',
      outcome: 'pass',
      reason: '1 cell is without an answer',
    });
    expect(gateOf([P95_5], cells(1, 8, 32), cells(1), lacking).outcome).toBe('noVerdict');
    const only8 = { ...P95_5, cells: { batchSize: 8 } };
    expect(gateOf([P95_5, only8], cells(1, 8), cells(1), lacking)).toMatchObject({
      outcome: 'noVerdict',
      checks: [
        {},
        {},
        { reason: '1 cell is without an answer, and nothing was decided of gate.rules[1]' },
        {},
      ],
    });
  });

  it('and a fail outweighs what is undecided; the worst stands first', () => {
    const base = runOf({
      load: [loadRow(STEADY), loadRow(STEADY, { batchSize: 8 })],
      quality: scored(800).quality,
    });
    const candidate = runOf({ load: [loadRow(slower(1.2))], quality: scored(800).quality });
    const result = gateOf([ACCURACY_2, P95_5], base, candidate);
    expect(result.outcome).toBe('fail');
    expect(result.checks.map(({ outcome }) => outcome)).toEqual(['fail', 'undecided', 'undecided', 'pass']);
  });
});

describe('the family of a gate', () => {
  it('is its own tests and nothing else', () => {
    const points = [1, 8, 32, 64];
    const run = runOf({
      load: points.map((batchSize) => loadRow(STEADY, { batchSize })),
      quality: [qualityRow(firstOf(900, 800))],
    });
    const rule = { ...P95_5, cells: { batchSize: [8, '32'] } };
    const { comparison, checks } = gateOf([rule], run, run, { alpha: 0.01 });
    expect(comparison.differences.map(({ subject }) => [subject.metric, subject.axes['batchSize']])).toEqual([
      ['serviceP95Ms', 8],
      ['serviceP95Ms', 32],
    ]);
    expect(comparison).toMatchObject({ family: 2, alpha: 0.01 });
    expect(checks[0]!.rule).toBe('p95 service may not rise by more than 5 % (batchSize 8 or 32)');
  });

  it('keeps the gate of an unchanged server from failing', () => {
    const random = seeded('gate');
    const run = (): RunRecord =>
      runOf({
        load: [1, 8, 32].map((batchSize) => loadRow(trialFactors(8, random, 0.08), { batchSize })),
      });
    const rules = ['serviceP50Ms', 'serviceP95Ms', 'textsPerSecond'].map((metric) => ({
      metric,
      maxRegression: '1%',
    }));
    const fails = Array.from({ length: 100 }, () => gateOf(rules, run(), run()).outcome === 'fail').filter(
      Boolean,
    );
    expect(fails.length).toBeLessThanOrEqual(5);
  });
});

describe('a baseline as the base of a gate', () => {
  it('gives the answers of the record it was made of', () => {
    const row = qualityRow(firstOf(900, 782));
    const candidate = runOf({
      quality: [{ ...row, scores: { ...row.scores, nmi: interval(0.3, 0.01, 900) } }],
      load: [loadRow(slower(1.08))],
    });
    const record = runOf({ quality: [qualityRow(firstOf(900, 800))], load: [loadRow(STEADY)] });
    const base = recordOfBaseline(baselineOf(record, 'main', '2026-02-03T00:00:00.000Z'));
    const rules = [ACCURACY_2, P95_5, { metric: 'accuracy', nonInferiorWithin: '0.5 points' }];
    const answers = (from: RunRecord) =>
      gateOf(rules, from, candidate).checks.map(({ outcome, where }) => [where, outcome]);
    expect(answers(base)).toEqual(answers(record));
    expect(answers(base)).toContainEqual(['gate.rules[1]', 'fail']);
  });
});
