import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import { type CalibrationRound, noiseFloorOf } from '../../src/compare/noise-floor.ts';
import type { Random } from '../../src/core/random.ts';
import { noiseFloorSchema } from '../../src/core/record/noise-floor.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { loadRow, normal, runOf, seeded } from './run-fixture.ts';

const CELLS = 8;

/** What a machine does: `between` sets whole cells apart, `within` the trials of a cell. */
interface Machine {
  readonly between: number;
  readonly within: number;
}

function selfRun(random: Random, { between, within }: Machine, pairs = 10): CalibrationRound {
  const factors = (cell: number): number[] =>
    Array.from({ length: pairs }, () => Math.exp(cell + within * normal(random)));
  const side = (isApart: boolean): RunRecord =>
    runOf({
      load: Array.from({ length: CELLS }, (_, i) =>
        loadRow(factors(isApart ? between * normal(random) : 0), { batchSize: i + 1 }),
      ),
    });
  return { base: side(false), candidate: side(true) };
}

function falseAlarms(times: number, stream: string, machine: Machine, isCalibrated: boolean): number {
  const random = seeded(stream);
  let alarms = 0;
  for (let i = 0; i < times; i++) {
    const noiseFloor = noiseFloorOf([selfRun(random, machine)]);
    const { base, candidate } = selfRun(random, machine);
    const { differences } = compareRuns(base, candidate, {
      mode: 'live',
      ...(isCalibrated ? { noiseFloor } : {}),
    });
    if (differences.some(({ verdict }) => verdict === 'improved' || verdict === 'regressed')) alarms++;
  }
  return alarms / times;
}

describe('a noise floor', () => {
  it('follows from one cell’s shift and spread by the formula', () => {
    // Differences of ±1 % around +2 %: shift 0.02, sd 0.0104881; one cell, so χ²₁ at 10 % is 0.0157908.
    const even = Array.from({ length: 10 }, () => 1);
    const odd = Array.from({ length: 10 }, (_, i) => Math.exp(0.02 + (i % 2 === 0 ? 0.01 : -0.01)));
    const floor = noiseFloorOf([
      { base: runOf({ load: [loadRow(even)] }), candidate: runOf({ load: [loadRow(odd)] }) },
    ]);
    const error = (0.01 * Math.sqrt(10 / 9) * Math.sqrt(Math.PI / 3)) / Math.sqrt(10);
    const between = 0.02 ** 2 / 0.015_790_774_093_431_22 - error ** 2;
    const expected = Math.expm1(1.959_963_984_540_054 * Math.sqrt(between + error ** 2));
    expect(floor.metrics['serviceP50Ms']!.leastEffect).toBeCloseTo(expected, 9);
    expect(floor.metrics['serviceP50Ms']!.scale).toBe('relative');
    expect(floor.pairs).toBe(10);
  });

  it('lies between the cell’s own noise and what many cells show', () => {
    const random = seeded('quiet');
    const floor = noiseFloorOf([selfRun(random, { between: 0, within: 0.02 })]);
    const cells = Object.values(floor.metrics['serviceP50Ms']!.cells);
    expect(cells).toHaveLength(CELLS);
    // Standard error of ten pairs: 0.02·√2·1.023/√10 ≈ 0.0092.
    for (const least of cells) {
      expect(least).toBeGreaterThan(0.009);
      expect(least).toBeLessThan(0.06);
    }
    expect(floor.metrics['serviceP50Ms']!.leastEffect).toBeCloseTo(Math.max(...cells), 12);
    expect(noiseFloorSchema.parse(floor)).toEqual(floor);
  });

  it('covers 95 % of the shifts of a machine that sets whole cells apart, nine times out of ten', () => {
    const random = seeded('coverage');
    const machine = { between: 0.03, within: 0.01 };
    // A shift is N(0, 0.03² + 0.0046²): its 95 % lie within ±0.0595.
    const needed = Math.expm1(1.96 * Math.hypot(0.03, (0.01 * Math.sqrt(2) * 1.023) / Math.sqrt(10)));
    const covered = Array.from({ length: 200 }, () => {
      const { metrics } = noiseFloorOf([selfRun(random, machine)]);
      return metrics['serviceP50Ms']!.leastEffect >= needed;
    }).filter(Boolean).length;
    expect(covered / 200).toBeGreaterThanOrEqual(0.87);
  });

  it('narrows with more rounds', () => {
    const random = seeded('rounds');
    const rounds = Array.from({ length: 12 }, () => selfRun(random, { between: 0.02, within: 0.01 }));
    const least = (count: number): number[] =>
      Array.from(
        { length: 12 / count },
        (_, i) =>
          noiseFloorOf(rounds.slice(i * count, (i + 1) * count)).metrics['textsPerSecond']!.leastEffect,
      );
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(least(12))).toBeLessThan(mean(least(1)));
  });

  it('is never nothing, even where nothing varied', () => {
    const same = runOf({ load: [loadRow(Array(6).fill(1))] });
    const { metrics } = noiseFloorOf([{ base: same, candidate: same }]);
    expect(metrics['serviceP50Ms']).toEqual({
      scale: 'relative',
      leastEffect: 0.001,
      cells: { [same.load[0]!.id]: 0.001 },
    });
    expect(metrics['errorShare']).toMatchObject({ scale: 'absolute', leastEffect: 0.001 });
  });

  it('is not made of invalid cells or of few pairs', () => {
    const few = runOf({ load: [loadRow([1, 1.01, 1.02, 1.03])] });
    expect(() => noiseFloorOf([{ base: few, candidate: few }])).toThrow(
      expect.objectContaining({
        failureClass: 'noVerdict',
        message: 'no load cell has 5 valid pairs of trials: the noise floor stays unknown',
      }),
    );
    const invalid = runOf({
      load: [{ ...loadRow([1, 2, 3, 4, 5, 6]), validity: { verdict: 'invalid', reasons: [] } }],
    });
    expect(() => noiseFloorOf([{ base: invalid, candidate: invalid }])).toThrow('stays unknown');
    expect(() => noiseFloorOf([])).toThrow('stays unknown');
  });

  it('keeps a machine quiet whose cells differ by themselves, which the tests alone cannot', () => {
    const machine = { between: 0.04, within: 0.005 };
    expect(falseAlarms(60, 'restless', machine, false)).toBeGreaterThan(0.5);
    // 24 figures, each beyond its floor once in twenty times at most.
    expect(falseAlarms(60, 'restless', machine, true)).toBeLessThan(0.35);
  });
});

describe('a comparison on a calibrated machine', () => {
  const steady = Array.from({ length: 10 }, (_, i) => 1 + i / 1000);
  const base = runOf({ load: [loadRow(steady)] });
  const candidate = runOf({ load: [loadRow(steady.map((factor) => factor * 1.06))] });
  const floor = (leastEffect: number, cells: Record<string, number> = {}) =>
    noiseFloorSchema.parse({
      hardwareHash: base.environment.hardwareHash,
      hardware: 'Example CPU',
      measuredAt: '2026-01-01T00:00:00.000Z',
      model: 'example',
      pairs: 10,
      metrics: { serviceP50Ms: { scale: 'relative', leastEffect, cells } },
    });
  const p50 = (...[noiseFloor, mode]: [ReturnType<typeof floor>, 'runs' | 'live' | 'self']) =>
    compareRuns(base, candidate, { noiseFloor, mode, figures: [{ metric: 'serviceP50Ms', cells: {} }] })
      .differences[0]!;

  it('calls what is larger than the floor of its cell, else of its metric', () => {
    expect(p50(floor(0.1), 'live')).toMatchObject({
      verdict: 'inconclusive',
      leastEffect: 0.1,
      reason: 'there is a change, but it is smaller than the least effect that is called here',
    });
    expect(p50(floor(0.1, { [base.load[0]!.id]: 0.01 }), 'live')).toMatchObject({
      verdict: 'regressed',
      leastEffect: 0.01,
    });
    expect(p50(floor(0.01), 'live').leastEffect).toBe(0.01);
  });

  it('does not take the quiet of an alternation for the quiet of two runs, nor a floor for its own calibration', () => {
    expect(p50(floor(0.01), 'runs').leastEffect).toBe(0.05);
    expect(p50(floor(0.1), 'runs').leastEffect).toBe(0.1);
    expect(p50(floor(0.1), 'self').leastEffect).toBe(0);
  });

  it('says which calibration it used', () => {
    expect(compareRuns(base, candidate, { noiseFloor: floor(0.1) }).noiseFloor).toEqual({
      measuredAt: '2026-01-01T00:00:00.000Z',
      hardware: 'Example CPU',
    });
    expect(compareRuns(base, candidate).noiseFloor).toBeUndefined();
  });
});
