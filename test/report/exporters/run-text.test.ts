import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../src/core/record/run-record.ts';
import { exportRun } from '../../../src/report/exporters/exporters.ts';
import { buildRecord } from '../fixtures/record.ts';
import { LARGE, SMALL } from '../fixtures/sweep.ts';
import { emptyRecord, HOSTILE, hostileRecord, interruptedRecord } from '../fixtures/variants.ts';

const small = buildRecord(SMALL);

/** Terminal columns, counted without the library that laid the text out. */
function columnsOf(line: string): number {
  return [...line].reduce(
    (sum, character) => sum + (/[\u3000-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );
}

function linesOf(record: RunRecord, columns = 100): string[] {
  return exportRun('text', record, { columns }).split('\n');
}

/** The lines of the table below a heading, its head first. */
function tableUnder(lines: readonly string[], heading: string): string[] {
  const start = lines.findIndex((line) => line.startsWith(heading));
  const rest = lines.slice(start + 1);
  return rest.slice(
    0,
    rest.findIndex((line) => /^ {2}(✓|All rows|Latencies)/.test(line)),
  );
}

describe('a run as text', () => {
  it('gives the three answers before any table', () => {
    const text = exportRun('text', small);
    const order = [
      'Smallest dimension within 3 % of the best  512 dimensions ✓ holds',
      'Best instruction                           sentiment ✓ holds',
      'Best batch size × concurrency              32 × 8 ✓ holds',
      'Accuracy by dimension and instruction',
      'Load\n',
      'Claims: 1 contradicted',
      'Doubts and failures',
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('shows a column per instruction, the best one first, with interval and standing', () => {
    const table = tableUnder(linesOf(small), 'Accuracy by dimension and instruction');
    expect(table[0]).toMatch(/Dimensions {2}sentiment +none +Bytes\/vector/);
    expect(table).toHaveLength(SMALL.dimensions.length + 1);
    const at512 = small.quality.find(
      (row) => row.dimensions === 512 && row.instruction === 'sentiment' && row.dtype === 'float32',
    )!.scores['accuracy']!;
    expect(table.find((line) => /^ +512 /.test(line))).toContain(
      `${at512.value.toFixed(3)} (${at512.low!.toFixed(3)}–${at512.high!.toFixed(3)}) ✓`,
    );
  });

  it('marks the best operating point and shows figures of every load cell of a small run', () => {
    const table = tableUnder(linesOf(small), 'Load');
    expect(table).toHaveLength(small.load.length + 1);
    expect(table.filter((line) => line.includes('→'))).toEqual([
      expect.stringMatching(/→ +32 +8 +512 +sentiment +1548\.8 /),
    ]);
    expect(table.some((line) => line.endsWith('invalid'))).toBe(true);
  });

  it('keeps to a screen of load cells and says how many there are besides', () => {
    const lines = linesOf(buildRecord(LARGE));
    expect(tableUnder(lines, 'Load')).toHaveLength(25);
    expect(lines.join('\n')).toMatch(/\d+ more cells are in the report and in the CSV\./);
  });

  it.each([80, 100, 110])('keeps within %i columns and fills no line with trailing space', (columns) => {
    for (const record of [small, buildRecord(LARGE), hostileRecord(), emptyRecord(), interruptedRecord()]) {
      for (const line of linesOf(record, columns)) {
        expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(line).toBe(line.trimEnd());
      }
    }
  });

  it('says which columns found no room', () => {
    expect(exportRun('text', small, { columns: 80 })).toContain('Left out for want of room:');
    expect(tableUnder(linesOf(small, 80), 'Load')[0]).not.toContain('p99');
    expect(tableUnder(linesOf(interruptedRecord(), 110), 'Load')[0]).toContain('p99');
  });

  it('aligns columns behind wide characters', () => {
    const wide = buildRecord({
      ...SMALL,
      instructions: { 无: null, 情感分类: 'Classify' },
      loadDimensions: [512],
    });
    for (const heading of ['Accuracy by dimension and instruction', 'Load']) {
      const table = tableUnder(linesOf(wide), heading);
      const ends = heading === 'Load' ? table.map((line) => line.replace(/\S+$/, '')) : table;
      expect(new Set(ends.map(columnsOf)).size).toBe(1);
    }
    expect(linesOf(wide).some((line) => line.includes('情感分类'))).toBe(true);
  });

  it('says what went wrong: doubtful cells, failures by kind, texts without a vector, bad rows', () => {
    const text = exportRun('text', interruptedRecord()).replace(/\n {4}/g, ' ');
    expect(text).toContain('! The run was stopped before its end');
    expect(text).toContain('suspect: latency still falls in trial 2');
    expect(text).toContain('contradicted: ari >= 0.68: measured 0.270 (0.250–0.290) against 0.680');
    expect(text).toContain('2 texts have no vector under instruction “sentiment” (timeout)');
    expect(text).toContain('3 rows of the data left out, the first in line 17: the text is empty');
    expect(exportRun('text', small).replace(/\n {4}/g, ' ')).toContain(
      '2 no complete answer within the time limit; 1 queue full or shutting down (HTTP 503)',
    );
  });

  it('obeys nothing that a name says: no control characters, no orders to a CI service', () => {
    const orders = '::error::pwned ##[add-mask]x';
    const record = hostileRecord();
    const text = exportRun('text', {
      ...record,
      name: orders,
      doubts: [{ code: 'x', message: `${'word '.repeat(22)}${orders} ${HOSTILE.escape}\n::warning::pwned` }],
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    expect(text).toContain('⟨U+001B⟩[31mred');
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).not.toContain('##[');
    expect(text).toContain('## [add-mask]x');
  });

  it('gives doubts of a kind one line, and invalid cells all their reasons', () => {
    const doubtful = small.load.map((row, i) => ({
      ...row,
      validity: {
        verdict: i === 0 ? ('invalid' as const) : ('suspect' as const),
        reasons: [
          { code: 'foreignCpu', message: `other programs used ${i} % of the CPU` },
          { code: 'unsteady', message: 'latency still drifted' },
        ],
      },
    }));
    const text = exportRun('text', { ...small, load: doubtful }, { columns: 110 }).replace(/\n {4}/g, ' ');
    const others = small.load.length - 1;
    expect(text).toContain(
      '- invalid: other programs used 0 % of the CPU; latency still drifted: 1 × 1 · 512',
    );
    expect(text).toMatch(
      new RegExp(
        `- suspect: other programs used 1 % of the CPU: 1 × 8 · [^;]*; alike in ${others - 1} more\n`,
      ),
    );
    expect(text).toMatch(new RegExp(`- suspect: latency still drifted: [^-]* and ${others - 3} more\n`));
  });

  it('cuts what a server said at length', () => {
    const text = exportRun('text', { ...small, doubts: [{ code: 'x', message: 'x'.repeat(1_000_000) }] });
    expect(text.length).toBeLessThan(12_000);
    expect(text).toContain('xxx…');
  });

  it('answers nothing that was not measured', () => {
    const text = exportRun('text', emptyRecord());
    expect(text).toContain('No quality was scored in this run.');
    expect(text).toContain('No load cell was measured that may decide.');
    expect(text).not.toContain('Load\n');
  });
});
