import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../src/core/metrics.ts';
import { csvText } from '../../../src/report/exporters/csv/csv-text.ts';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyGate, trickyRecord } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { SMALL } from '../fixtures/sweep.ts';

type Line = Readonly<Record<string, string>>;

function read(csv: string): Line[] {
  return parse(csv, { columns: true });
}

const small = buildRecord(SMALL);

describe('a run as CSV', () => {
  const lines = read(exportRun('csv', small));
  const find = (cell: string, metric: string) =>
    lines.find((line) => line['cell'] === cell && line['metric'] === metric)!;

  it('keeps every digit of every score, with its interval and its size', () => {
    for (const row of small.quality) {
      for (const [metric, score] of Object.entries(row.scores)) {
        const line = find(row.id, metric);
        expect(Number(line['value'])).toBe(score.value);
        expect(line['n']).toBe(String(score.n));
        expect(line['low']).toBe(score.low === undefined ? '' : String(score.low));
        expect(line).toMatchObject({ dimensions: String(row.dimensions), dtype: row.dtype, kind: 'quality' });
      }
    }
  });

  it('has a line for every metric of every load cell that was measured, with its validity', () => {
    for (const row of small.load) {
      const line = find(row.id, 'serviceP95Ms');
      expect(Number(line['value'])).toBe(row.latencyMs.service.p95);
      expect(Number(line['high'])).toBe(row.latencyMs.service.intervals!.p95![1]);
      expect(line['validity']).toBe(row.validity.verdict);
      expect(line['reasons']).toBe(row.validity.reasons.map(({ message }) => message).join('; '));
    }
    const withheld = small.load.find((row) => row.latencyMs.response.p99 === undefined);
    if (withheld !== undefined) expect(find(withheld.id, 'responseP99Ms')).toBeUndefined();
  });

  it('names unit and direction of each metric as the table of metrics does', () => {
    expect(find(small.load[0]!.id, 'textsPerSecond')).toMatchObject({
      unit: 'perSecond',
      direction: 'higher',
    });
    expect(lines.filter((line) => line['metric'] === 'vectorBytes')).toHaveLength(
      small.memory.vectorBytes.length,
    );
    for (const line of lines) {
      const id = line['metric']!.replace(/\[.*/, '') as keyof typeof METRICS;
      expect(line['unit']).toBe(METRICS[id].unit);
    }
  });
});

describe('a comparison and a gate as CSV', () => {
  it('has every figure, worst first, and then the cells of one side', () => {
    const lines = read(exportComparison('csv', exampleComparison()));
    expect(lines.map((line) => line['verdict'])).toEqual([
      'regressed',
      'regressed',
      'noVerdict',
      'inconclusive',
      'improved',
      'same',
      'same',
      'onlyBase',
      'onlyCandidate',
    ]);
    expect(lines[0]).toMatchObject({
      metric: 'serviceP95Ms',
      base: '211.8',
      candidate: '229.2',
      change: '0.082',
      low: '0.061',
      pAdjusted: '0.032',
      nBase: '5',
      of: 'trials',
      batchSize: '32',
    });
    expect(lines.at(-1)).toMatchObject({ dtype: 'int8', metric: '', change: '' });
  });

  it('has every check of a gate with the figures behind it', () => {
    const lines = read(exportGate('csv', exampleGate()));
    expect(lines.map((line) => [line['gate'], line['outcome'], line['metric']])).toEqual([
      ['fail', 'fail', 'accuracy'],
      ['fail', 'fail', 'serviceP95Ms'],
      ['fail', 'undecided', ''],
      ['fail', 'undecided', 'ari[domain]'],
      ['fail', 'pass', 'textsPerSecond'],
    ]);
    expect(lines[0]).toMatchObject({ change: '-0.024', reason: 'it fell by 2.4 points, 1.0 to 3.8' });
  });
});

describe('CSV of hostile names', () => {
  it.each([
    ['a run', () => exportRun('csv', trickyRecord())],
    ['a comparison', () => exportComparison('csv', trickyComparison())],
    ['a gate', () => exportGate('csv', trickyGate())],
  ])('keeps %s to one line per record and starts no formula', (_, write) => {
    const csv = write();
    const lines = read(csv);
    expect(lines.length).toBeGreaterThan(50);
    expect(csv.trimEnd().split('\n')).toHaveLength(lines.length + 1);
    for (const line of lines) {
      for (const value of Object.values(line)) {
        if (value !== '' && Number.isNaN(Number(value))) expect(value).not.toMatch(/^\s*[=+\-@]/);
      }
    }
  });

  it('reads back what went in, but for what a spreadsheet would run', () => {
    const texts = [
      'plain',
      'a,b',
      'say "so"',
      '情感分类',
      ' inner  space ',
      '=1+1',
      '+1',
      '-1',
      '@x',
      'a\nb\tc',
      '4',
    ];
    const [head, ...rows] = parse(
      csvText(
        ['text', 'number'],
        texts.map((text, i) => [text, -(i + 1) / 7]),
      ),
      {
        columns: false,
      },
    ) as string[][];
    expect(head).toEqual(['text', 'number']);
    expect(rows.map(([text]) => text)).toEqual([
      ...[
        'plain',
        'a,b',
        'say "so"',
        '情感分类',
        ' inner space ',
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        'a b c',
        '4',
      ],
    ]);
    expect(rows.map(([, number]) => Number(number))).toEqual(texts.map((_, i) => -(i + 1) / 7));
  });

  it('leaves what was not measured empty', () => {
    expect(csvText(['a', 'b', 'c'], [[undefined, Number.NaN, 0]])).toBe('a,b,c\n,,0\n');
  });
});
