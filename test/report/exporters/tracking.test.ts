import { describe, expect, it } from 'vitest';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyRecord } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { SMALL } from '../fixtures/sweep.ts';

type Bmf = Record<string, Record<string, { value: number; lower_value?: number; upper_value?: number }>>;
type Benchmarks = { name: string; unit: string; value: number; range?: string; extra?: string }[];

const small = buildRecord(SMALL);
const load = small.load[0]!;
const quality = small.quality.find((row) => row.dimensions === 512 && row.dtype === 'float32')!;
const loadName = 'reviews-small: 512 dimensions, instruction none, batch 1, concurrency 1, float';
const qualityName = 'reviews-small: 512 dimensions, instruction none, float32';

describe('Bencher Metric Format', () => {
  const bmf = JSON.parse(exportRun('bmf', small)) as Bmf;

  it('has a benchmark per cell and a measure per metric, with the bounds of its interval', () => {
    const [low, high] = load.latencyMs.service.intervals!.p95!;
    expect(bmf[loadName]!['serviceP95Ms']).toEqual({
      value: load.latencyMs.service.p95,
      lower_value: low,
      upper_value: high,
    });
    expect(bmf[loadName]!['textsPerSecond']).toEqual({ value: load.throughput.textsPerSecond });
    const { value, low: lower, high: upper } = quality.scores['accuracy']!;
    expect(bmf[qualityName]!['accuracy']).toEqual({ value, lower_value: lower, upper_value: upper });
    expect(bmf[`${qualityName}, by domain`]!['ari']!.value).toBe(quality.scores['ari[domain]']!.value);
    expect(bmf['reviews-small: 512 dimensions, int8']!['vectorBytes']).toEqual({ value: 512 });
  });

  it('has only names and numbers that Bencher takes', () => {
    const tricky = JSON.parse(exportRun('bmf', trickyRecord())) as Bmf;
    for (const report of [bmf, tricky]) {
      for (const [name, measures] of Object.entries(report)) {
        expect(name.length).toBeLessThanOrEqual(1024);
        for (const [measure, metric] of Object.entries(measures)) {
          expect(measure).toMatch(/^[a-zA-Z][a-zA-Z0-9]{1,63}$/);
          expect(Object.values(metric).every(Number.isFinite)).toBe(true);
        }
      }
    }
    expect(Object.keys(tricky).length).toBeGreaterThan(trickyRecord().load.length);
  });

  it('leaves invalid cells out: a gap is honest, a wrong point is not', () => {
    const invalid = small.load.filter((row) => row.validity.verdict === 'invalid');
    const names = Object.keys(bmf).filter((name) => name.includes('batch'));
    expect(invalid).not.toHaveLength(0);
    expect(names).toHaveLength(small.load.length - invalid.length);
  });

  it('of a comparison continues the series that runs began, without figures that have no verdict', () => {
    const comparison = exampleComparison();
    const [first] = comparison.differences.filter(({ change }) => change !== undefined);
    const axes = { ...first!.subject.axes, dimensions: 2560 };
    const blocked = { ...first!, subject: { ...first!.subject, axes }, verdict: 'noVerdict' as const };
    const differences = [...comparison.differences, blocked];
    const compared = JSON.parse(exportComparison('bmf', { ...comparison, differences })) as Bmf;
    expect(compared[qualityName.replace('none', 'sentiment')]).toEqual({ accuracy: { value: 0.871 } });
    for (const name of Object.keys(compared)) expect(Object.keys(bmf)).toContain(name);
    expect(Object.keys(compared).filter((name) => /batch 1,|2560/.test(name))).toEqual([]);
  });

  it('of a gate counts its failed and undecided checks', () => {
    const gate = JSON.parse(exportGate('bmf', exampleGate())) as Bmf;
    expect(gate['reviews-small: gate']).toEqual({
      failedChecks: { value: 2 },
      undecidedChecks: { value: 2 },
    });
  });
});

describe('github-action-benchmark', () => {
  const benchmarks = JSON.parse(exportRun('github-action-benchmark', small)) as Benchmarks;
  const find = (name: string) => benchmarks.find((benchmark) => benchmark.name === name)!;

  it('keeps metrics where smaller is better, with their interval and size', () => {
    const { p95, n, intervals } = load.latencyMs.service;
    expect(find(`${loadName}: p95 service`)).toEqual({
      name: `${loadName}: p95 service`,
      unit: 'ms',
      value: p95,
      range: intervals!.p95!.map((bound) => bound.toFixed(2)).join('–'),
      extra: `n = ${n}`,
    });
    expect(find('reviews-small: the whole run: Server RSS, peak')).toMatchObject({
      unit: 'B',
      value: 871_000_000,
    });
  });

  it('turns the others so that smaller is better, and says so in their names', () => {
    const { value, low, high } = quality.scores['accuracy']!;
    const accuracy = find(`${qualityName}: 1 - Accuracy`);
    expect(accuracy.value).toBeCloseTo(1 - value, 10);
    expect(accuracy.range).toBe(`${(1 - high!).toFixed(3)}–${(1 - low!).toFixed(3)}`);
    const time = find(`${loadName}: time per text`);
    expect(time.value).toBeCloseTo(1000 / load.throughput.textsPerSecond, 10);
    expect(time.unit).toBe('ms/text');
    expect(benchmarks.some(({ name }) => name.includes('Texts/s') || name.endsWith(': Accuracy'))).toBe(
      false,
    );
  });

  it('gets larger when a score or a rate gets worse, and leaves out what only describes', () => {
    const worse = {
      ...small,
      quality: small.quality.map((row) => ({
        ...row,
        scores: Object.fromEntries(
          Object.entries(row.scores).map(([key, score]) => [key, { ...score, value: score.value - 0.01 }]),
        ),
      })),
      load: small.load.map((row) => ({
        ...row,
        throughput: { ...row.throughput, textsPerSecond: row.throughput.textsPerSecond * 0.9 },
      })),
    };
    const after = JSON.parse(exportRun('github-action-benchmark', worse)) as Benchmarks;
    const turned = benchmarks.filter(({ name }) => /: 1 - |time per text/.test(name));
    expect(turned.length).toBeGreaterThan(small.quality.length);
    for (const { name, value } of turned) {
      expect(after.find((benchmark) => benchmark.name === name)!.value).toBeGreaterThan(value);
    }
    expect(benchmarks.some(({ name }) => name.includes('Response bytes'))).toBe(false);
  });

  it('has a name of its own for every figure', () => {
    for (const text of [
      exportRun('github-action-benchmark', small),
      exportRun('github-action-benchmark', trickyRecord()),
    ]) {
      const names = (JSON.parse(text) as Benchmarks).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('of a gate begins with its failed and undecided checks', () => {
    const gate = JSON.parse(exportGate('github-action-benchmark', exampleGate())) as Benchmarks;
    expect(gate.slice(0, 2)).toEqual([
      { name: 'reviews-small: gate: failed checks', unit: 'checks', value: 2 },
      { name: 'reviews-small: gate: undecided checks', unit: 'checks', value: 2 },
    ]);
    expect(gate.length).toBeGreaterThan(2);
  });
});
