import { describe, expect, test } from 'vitest';
import { historyModel } from '../../src/report/history/build-history.ts';
import type { HistoryPoint } from '../../src/store/history-points.ts';
import { commitOf, nightlyHistory, scaled } from './fixtures/history.ts';

const isSlowed = ({ metric, axes }: HistoryPoint) => metric === 'serviceP95Ms' && axes['batchSize'] === 8;
const slower = (from: number) => (point: HistoryPoint, run: number) =>
  run >= from && isSlowed(point) ? scaled(point, 1.12) : point;

describe('steps of a history', () => {
  test('a step is found in the figures that have it, with its commit range and size', () => {
    const { ranges, runs, series } = historyModel(nightlyHistory(20, { point: slower(9) }));
    expect(ranges).toHaveLength(1);
    const [range] = ranges;
    expect([range!.before, range!.after]).toEqual([8, 9]);
    expect(range!.commits).toEqual({ kind: 'range', from: commitOf(8), to: commitOf(9) });
    expect(range!.alsoChanged).toEqual([]);
    expect(runs[range!.after]!.startedAt).toBe('2026-01-10T04:00:00.000Z');
    expect(range!.steps.map((step) => series[step.series]!.label).toSorted()).toEqual([
      '512 dimensions, instruction none, batch 8, concurrency 1, float',
      '512 dimensions, instruction none, batch 8, concurrency 8, float',
      '512 dimensions, instruction sentiment, batch 8, concurrency 1, float',
      '512 dimensions, instruction sentiment, batch 8, concurrency 8, float',
    ]);
    for (const step of range!.steps) {
      expect(step).toMatchObject({ verdict: 'regressed', scale: 'relative', before: { from: 0, to: 8 } });
      expect(step.value).toBeGreaterThan(0.09);
      expect(step.value).toBeLessThan(0.15);
      expect(step.after).toMatchObject({ from: 9, to: 19, count: 11 });
    }
  });

  test.each([1, 2, 3, 4, 5])('noise makes no step (seed %i)', (seed) => {
    const { ranges, series } = historyModel(nightlyHistory(30, { seed }));
    expect(series.length).toBeGreaterThan(25);
    expect(series.every(({ levels }) => levels.length === 1)).toBe(true);
    expect(ranges).toEqual([]);
  });

  test('a score that rises has improved, in points', () => {
    const { ranges } = historyModel(
      nightlyHistory(12, {
        point: (point, run) =>
          point.metric === 'accuracy' && point.axes['dimensions'] === 32 && run >= 6
            ? { ...point, value: point.value + 0.1 }
            : point,
      }),
    );
    expect(ranges.map(({ before, after }) => [before, after])).toEqual([[5, 6]]);
    for (const step of ranges[0]!.steps) {
      expect(step).toMatchObject({ verdict: 'improved', scale: 'absolute' });
      expect(step.value).toBeCloseTo(0.1, 1);
    }
  });

  test('invalid runs at the border widen the range, because nobody knows on which side they are', () => {
    const slow = slower(9);
    const { ranges, series } = historyModel(
      nightlyHistory(20, {
        point: (point, run) => ({
          ...slow(point, run),
          ...(run === 8 || run === 9 ? { validity: 'invalid' as const } : {}),
        }),
      }),
    );
    expect(ranges.map(({ before, after }) => [before, after])).toEqual([[7, 10]]);
    expect(ranges[0]!.commits).toEqual({ kind: 'range', from: commitOf(7), to: commitOf(10) });
    const slowed = series.find((one) => one.levels.length > 1)!;
    expect(slowed.points).toHaveLength(20);
    expect(slowed.levels.map(({ count }) => count)).toEqual([8, 10]);
  });

  test('points that are hardly known make no step; the same values, well known, do', () => {
    const lifted = (wide: boolean) => (point: HistoryPoint, run: number) =>
      isSlowed(point) && run >= 6 && run < 11
        ? {
            ...scaled(point, 1.5),
            ...(wide ? { low: 0, high: point.value * 40 } : {}),
          }
        : point;
    expect(historyModel(nightlyHistory(20, { point: lifted(true) })).ranges).toEqual([]);
    expect(historyModel(nightlyHistory(20, { point: lifted(false) })).ranges.length).toBeGreaterThan(0);
  });

  test('the latest range comes first, and the worst step of a range', () => {
    const { ranges, series } = historyModel(
      nightlyHistory(30, {
        point: (point, run) => {
          if (point.metric === 'textsPerSecond' && run >= 8) return scaled(point, 1.2);
          return isSlowed(point) && run >= 20
            ? scaled(point, point.axes['concurrency'] === 8 ? 1.5 : 1.2)
            : point;
        },
      }),
    );
    expect(ranges.map(({ after }) => after)).toEqual([20, 8]);
    expect(series[ranges[0]!.steps[0]!.series]!.axes['concurrency']).toBe(8);
    expect(new Set(ranges[1]!.steps.map(({ verdict }) => verdict))).toEqual(new Set(['improved']));
  });

  test('fewer than six runs are drawn and not judged', () => {
    const five = historyModel(nightlyHistory(5, { point: slower(3) }));
    expect(five.series.every(({ points, levels }) => points.length === 5 && levels.length === 0)).toBe(true);
    expect(five.ranges).toEqual([]);
    expect(historyModel(nightlyHistory(0)).series).toEqual([]);
  });
});

describe('what is joined', () => {
  test('other data make other series of scores, other hardware other series of load figures', () => {
    const { series, ranges } = historyModel(
      nightlyHistory(16, {
        point: (point, run) => (run >= 8 ? scaled(point, 1.3) : point),
        row: (row, run) =>
          run < 8
            ? row
            : {
                ...row,
                datasetHash: 'e'.repeat(64),
                environment: { ...row.environment, hardwareHash: 'other', cpuModel: 'Other CPU' },
              },
      }),
    );
    expect(ranges).toEqual([]);
    const settings = (metric: string) =>
      new Set(series.filter((one) => one.metric === metric).map(({ setting }) => setting));
    expect(settings('accuracy').size).toBe(2);
    expect(settings('accuracy')).toContain('data eeeeeee');
    expect(settings('serviceP95Ms')).toEqual(
      new Set(['Example CPU @ 2.40GHz, 2 cores', 'Other CPU, 2 cores']),
    );
  });

  test('runs of another config or branch can be left out', () => {
    const history = nightlyHistory(12, {
      row: (row, run) => ({
        ...row,
        name: run % 3 === 0 ? 'other' : 'nightly',
        environment: { ...row.environment, branch: run % 2 === 0 ? 'main' : 'topic' },
      }),
    });
    expect(historyModel(history, { config: 'other' }).runs).toHaveLength(4);
    expect(historyModel(history, { branch: 'main' }).runs).toHaveLength(6);
    expect(historyModel(history, { branch: 'main', config: 'nightly' }).runs).toHaveLength(4);
    expect(new Set(historyModel(history).series.map(({ config }) => config))).toEqual(
      new Set(['other', 'nightly']),
    );
  });

  test('headlines by default, the named metrics when there are some', () => {
    const history = nightlyHistory(6);
    const metrics = (options = {}) =>
      new Set(historyModel(history, options).series.map(({ metric }) => metric));
    expect(metrics()).toEqual(
      new Set([
        'accuracy',
        'ari',
        'ari[domain]',
        'serviceP50Ms',
        'serviceP95Ms',
        'textsPerSecond',
        'serverRssPeakBytes',
      ]),
    );
    expect(metrics({ metrics: ['macroF1', 'ari[domain]'] })).toEqual(new Set(['macroF1', 'ari[domain]']));
    expect(() => historyModel(history, { metrics: ['acuracy'] })).toThrow(/no metric acuracy/);
  });
});

describe('what may have caused a step', () => {
  const stepped = (row: Parameters<typeof nightlyHistory>[1]) =>
    historyModel(nightlyHistory(16, { point: slower(8), ...row })).ranges[0]!;

  test('other things that changed between the two runs are said', () => {
    const { alsoChanged } = stepped({
      row: (row, run) =>
        run < 8
          ? row
          : {
              ...row,
              model: 'other-model',
              serverFingerprint: 'abcdef0123',
              environment: { ...row.environment, node: 'v22.1.0', dirty: run === 8 },
            },
    });
    expect(alsoChanged).toEqual([
      'model use-lite-hash-2560 → other-model',
      expect.stringMatching(/^server fingerprint [0-9a-f]{7} → abcdef0$/),
      'Node.js v20.20.2 → v22.1.0',
      'uncommitted changes in 2026-01-09-nightly',
    ]);
  });

  test('the same commit on both sides, and commits that nobody wrote down', () => {
    const same = stepped({
      row: (row) => ({ ...row, environment: { ...row.environment, commit: commitOf(0) } }),
    });
    expect(same.commits).toEqual({ kind: 'same', commit: commitOf(0) });
    const unknown = stepped({
      row: ({ environment: { commit: _commit, ...environment }, ...row }) => ({ ...row, environment }),
    });
    expect(unknown.commits).toEqual({ kind: 'unknown' });
  });
});
