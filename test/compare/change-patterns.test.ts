import { describe, expect, it } from 'vitest';
import { changePatterns } from '../../src/compare/change-patterns.ts';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { exportComparison } from '../../src/report/exporters/exporters.ts';
import { firstOf, loadRow, qualityRow, runOf } from './run-fixture.ts';

const STEADY = Array.from({ length: 9 }, (_, i) => 1 + i / 1000);

/** Nine load cells, and two quality cells at each of two widths. */
function run(
  factorAt: (batchSize: number, concurrency: number) => number,
  rightAt = (_: number) => 800,
): RunRecord {
  return runOf({
    load: [1, 8, 32].flatMap((batchSize) =>
      [1, 4, 16].map((concurrency) =>
        loadRow(
          STEADY.map((value) => value * factorAt(batchSize, concurrency)),
          { batchSize, concurrency },
        ),
      ),
    ),
    quality: [512, 1024].flatMap((dimensions) =>
      (['float32', 'int8'] as const).map((dtype) =>
        qualityRow(firstOf(900, rightAt(dimensions)), { dimensions, dtype }),
      ),
    ),
  });
}

const base = run(() => 1);
const patterns = (candidate: RunRecord) => changePatterns(compareRuns(base, candidate).differences);

describe('what changed cells have in common', () => {
  it('names the axis value at which a server got slower', () => {
    expect(patterns(run((batchSize) => (batchSize === 8 ? 1.2 : 1)))).toEqual([
      { kind: 'load', verdict: 'regressed', axes: { batchSize: 8 }, changed: 3, alike: 3, others: 6 },
    ]);
  });

  it('is told in the outputs of a comparison', () => {
    const comparison = compareRuns(
      base,
      run((batchSize) => (batchSize === 8 ? 1.2 : 1)),
    );
    expect(exportComparison('markdown', comparison)).toContain(
      'Every regressed load cell has batchSize 8: 3 of 3 such cells regressed, 0 of 6 others.',
    );
  });

  it('names a pair of values, and tells the worse from the better', () => {
    const candidate = run(
      (batchSize, concurrency) => (batchSize === 8 && concurrency > 1 ? 1.2 : batchSize === 32 ? 0.8 : 1),
      (dimensions) => (dimensions === 512 ? 760 : 800),
    );
    expect(patterns(candidate)).toEqual([
      { kind: 'quality', verdict: 'regressed', axes: { dimensions: 512 }, changed: 2, alike: 2, others: 2 },
      { kind: 'load', verdict: 'regressed', axes: { batchSize: 8 }, changed: 2, alike: 3, others: 6 },
      { kind: 'load', verdict: 'improved', axes: { batchSize: 32 }, changed: 3, alike: 3, others: 6 },
    ]);
  });

  it('says nothing of changes all over, of a single cell, or without a common value', () => {
    expect(patterns(run(() => 1.2))).toEqual([]);
    expect(
      patterns(run((batchSize, concurrency) => (batchSize === 8 && concurrency === 4 ? 1.2 : 1))),
    ).toEqual([]);
    const diagonal = new Map([
      [1, 1],
      [8, 4],
      [32, 16],
    ]);
    expect(
      patterns(run((batchSize, concurrency) => (diagonal.get(batchSize) === concurrency ? 1.2 : 1))),
    ).toEqual([]);
    expect(patterns(base)).toEqual([]);
  });

  it('does not count cells without a verdict as cells that stayed as they were', () => {
    const slower = run((batchSize) => (batchSize === 8 ? 1.2 : 1));
    const invalid: RunRecord = {
      ...slower,
      load: slower.load.map((row) =>
        row.batchSize === 8 ? row : { ...row, validity: { verdict: 'invalid', reasons: [] } },
      ),
    };
    expect(patterns(invalid)).toEqual([]);
  });
});
