import { describe, expect, it } from 'vitest';
import { resolveRules } from '../../../src/compare/gate/rules.ts';
import { gateRuleSchema } from '../../../src/config/gate-config.ts';
import { firstOf, loadRow, qualityRow, runOf } from '../run-fixture.ts';
import { gateOf, type RuleInput } from './gate-fixture.ts';

const STEADY = Array.from({ length: 8 }, (_, i) => 1 + i / 1000);
const run = runOf({
  quality: [
    qualityRow(firstOf(900, 800)),
    qualityRow(firstOf(900, 800), { dimensions: 1024, dtype: 'int8' }),
  ],
  load: [1, 8].map((batchSize) => loadRow(STEADY, { batchSize })),
});

/** Each must be refused with exit code 2, at the second rule, with what mends it. */
const REFUSED: readonly [rule: RuleInput, message: string, hint: string][] = [
  [{ metric: 'acuracy', maxRegression: 0.02 }, 'there is no metric acuracy', 'Did you mean accuracy?'],
  [
    { metric: 'accuracy', cells: { dimension: 512 }, maxRegression: 0.02 },
    'dimension is not an axis that cells have',
    'Did you mean dimensions?',
  ],
  [
    { metric: 'accuracy', cells: { batchSize: 8 }, maxRegression: 0.02 },
    'no cell of accuracy has the axis batchSize: the rule guards nothing',
    'Axes are dimensions, instruction, dtype.',
  ],
  [
    { metric: 'accuracy', cells: { dimensions: 1000 }, maxRegression: 0.02 },
    'no cell of accuracy has dimensions 1000: the rule guards less than it says',
    'Did you mean 1024? Measured: 512, 1024.',
  ],
  [
    { metric: 'accuracy', cells: { dimensions: [512, 513] }, maxRegression: 0.02 },
    'no cell of accuracy has dimensions 513: the rule guards less than it says',
    'Did you mean 512? Measured: 512, 1024.',
  ],
  [
    { metric: 'accuracy', cells: { dtype: 'int4' }, maxRegression: 0.02 },
    'no cell of accuracy has dtype int4: the rule guards less than it says',
    'Did you mean int8? Measured: float32, int8.',
  ],
  [
    { metric: 'accuracy', cells: { dimensions: 512, dtype: 'int8' }, maxRegression: 0.02 },
    'no cell has dimensions 512 and dtype int8 together: the rule guards nothing',
    'Leave an axis out of cells, or measure the combination.',
  ],
  [
    { metric: 'ari[domain]', maxRegression: 0.02 },
    'neither run has ari[domain]: the rule guards nothing',
    'Measured here: accuracy.',
  ],
  [
    { metric: 'serviceP90Ms', maxRegression: '5%' },
    'p90 service (serviceP90Ms) is not kept trial by trial, so that a change cannot be told from chance',
    'Compare one of serviceP50Ms, serviceP95Ms, serviceP99Ms, responseP50Ms, responseP95Ms, responseP99Ms, requestsPerSecond, textsPerSecond, errorShare.',
  ],
  [
    { metric: 'accuracy', maxRegression: '5 ms' },
    '"5 ms" cannot be said of Accuracy (accuracy), which is a share between 0 and 1',
    'Write a plain number, or one with points, or a share such as "5%".',
  ],
  [
    { metric: 'serviceP95Ms', maxRegression: '2 points' },
    '"2 points" cannot be said of p95 service (serviceP95Ms), which is a time in milliseconds',
    'Write a plain number, or one with ms, s, or a share such as "5%".',
  ],
  [
    { metric: 'errorShare', maxRegression: '5%' },
    '5% of Failed requests (errorShare) means nothing: its value can be 0',
    'Write an amount instead, such as "1 point" or 0.01.',
  ],
  [
    { metric: 'accuracy', maxRegression: 5 },
    'Accuracy (accuracy) cannot get worse by 5: the rule could never fail',
    'Did you mean "5%" or 0.05?',
  ],
  [
    { metric: 'textsPerSecond', maxRegression: '100%' },
    'Texts/s (textsPerSecond) cannot get worse by 100%: the rule could never fail',
    'Write a smaller amount.',
  ],
  [
    { metric: 'accuracy', min: 89 },
    'Accuracy (accuracy) is a share between 0 and 1 and is never 89',
    'Write "89%" or 0.89.',
  ],
  [
    { metric: 'serviceP95Ms', max: '90%' },
    '"90%" cannot be said of p95 service (serviceP95Ms), which is a time in milliseconds',
    'Write a plain number, or one with ms, s.',
  ],
  [
    { metric: 'serviceP95Ms', min: 50, max: '20 ms' },
    'min 50 lies above max 20 ms: no figure meets both',
    'Exchange them.',
  ],
  [
    { metric: 'serviceP95Ms', exact: true },
    'p95 service (serviceP95Ms) varies by itself, so that exact would fail at random',
    'Use maxRegression or nonInferiorWithin.',
  ],
];

describe('a gate that makes no sense', () => {
  it.each(REFUSED)('%j is refused', (rule, message, hint) => {
    const sound = { metric: 'accuracy', maxRegression: 0.02 };
    expect(() => gateOf([sound, rule], run, run)).toThrow(
      expect.objectContaining({ failureClass: 'usage', where: 'gate.rules[1]', message, hint }),
    );
  });

  it('is one without rules', () => {
    expect(() => resolveRules({ rules: [] })).toThrow(
      expect.objectContaining({
        message: 'the gate has no rules: it could never fail',
        where: 'gate.rules',
      }),
    );
  });

  it('is one whose baseline was measured with other axes', () => {
    const other = runOf({
      quality: run.quality,
      load: [16, 32].map((batchSize) => loadRow(STEADY, { batchSize })),
    });
    expect(() => gateOf([{ metric: 'serviceP95Ms', maxRegression: '5%' }], other, run)).toThrow(
      expect.objectContaining({
        message:
          'the baseline was measured with other axes: batchSize 16, 32 only in the base; batchSize 1, 8 only in the candidate',
        where: 'gate.rules[0]',
        hint: 'Bless a run of the present config: dimsweep bless <run> --as <name>.',
      }),
    );
    // Bounds need no baseline.
    expect(gateOf([{ metric: 'serviceP95Ms', cells: { batchSize: 1 }, max: 100 }], other, run).outcome).toBe(
      'pass',
    );
  });

  it('is one whose amounts no figure can have', () => {
    const errors = (rule: object): string[] =>
      gateRuleSchema.safeParse({ metric: 'accuracy', ...rule }).error?.issues.map(({ message }) => message) ??
      [];
    expect(errors({ maxRegression: '5%' })).toEqual([]);
    expect(errors({ maxRegression: '0.5 points' })).toEqual([]);
    expect(errors({ min: -0.5 })).toEqual([]);
    expect(errors({ maxRegression: 0 })).toEqual([expect.stringContaining('must be more than 0')]);
    expect(errors({ nonInferiorWithin: '0%' })).toEqual([expect.stringContaining('must be more than 0')]);
    expect(errors({ maxRegression: '5 furlongs' })).toHaveLength(1);
    expect(errors({ maxRegression: 1, exact: true })).toEqual([expect.stringContaining('exactly one of')]);
    expect(errors({})).toEqual([expect.stringContaining('exactly one of')]);
    expect(errors({ exact: false })).not.toEqual([]);
    expect(errors({ cells: { dimensions: [] }, min: 0 })).not.toEqual([]);
  });
});
