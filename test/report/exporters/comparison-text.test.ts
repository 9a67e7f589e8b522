import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/compare/compare-runs.ts';
import { exportComparison, exportGate } from '../../../src/report/exporters/exporters.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyGate } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { LARGE } from '../fixtures/sweep.ts';

/** Sentences as they were before they were broken into lines. */
function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ');
}

describe('a comparison as text', () => {
  it('says the sentence, then the worst first', () => {
    expect(exportComparison('text', exampleComparison(), { columns: 110 })).toMatchInlineSnapshot(`
      "Comparison of reviews-small with reviews-small
        base: baseline main (run-base), use-lite-hash-2560 on sglang 0.5.3, 1a2b3c4 on main
        candidate: run-candidate, use-lite-hash-2560 on sglang 0.5.3, 5d6e7f8 on faster-tokeniser
      2 of 7 figures regressed; the worst: p95 service at 512 · sentiment · 32 × 8 · float, +8.2 % (+6.1 to +10.3).
      1 improved, 1 without a verdict, 1 inconclusive, 2 cells on one side only.

      Regressed: 2
        Metric       Cell                                   Base  Candidate  Change                      Detectable
        p95 service  512 · sentiment · 32 × 8 · float  211.80 ms  229.20 ms  +8.2 % (+6.1 to +10.3)           5.0 %
        Accuracy     512 · sentiment · float32             0.895      0.871  -2.4 points (-3.8 to -1.0)  1.9 points
        Left out for want of room: p.

      No verdict: 1
        - too few requests in the windows of one side to carry this figure: p95 service at 512 · sentiment · 1 × 1 ·
          float

      On one side only: 2 cells
        - load missing in the candidate: 256 · sentiment · 32 × 8 · float
        - quality new in the candidate: 512 · sentiment · int8

      Inconclusive: 1
        Metric         Cell                        Base  Candidate  Change                     Detectable
        ARI by domain  512 · sentiment · float32  0.432      0.447  +0.015 (-0.030 to +0.060)       0.070
        Left out for want of room: Need, p.

      Improved: 1
        Metric       Cell                                 Base  Candidate  Change                    Detectable
        p50 service  512 · sentiment · 8 × 1 · float  15.53 ms   13.20 ms  -15.0 % (-18.0 to -12.0)       5.0 %
        Left out for want of room: p.

      The same: 2
        Shown to be equal within the tolerance: Server RSS, peak in 1 cell, Texts/s in 1 cell.

      Doubts
        - the candidate cell is suspect: latency still falls in trial 2: 512 · sentiment · 32 × 8 · float

      What else differs
        - Different server: sglang 0.5.3 and sglang 0.5.4.

      How to read this
        Cells: dimensions · instruction · batch × concurrency · dtype or encoding; what is usual is left out.
        A change stands with its 95 % interval. It is called when its test rejects beside all others (5 tests share
        an error rate of 0.05), its interval leaves 0 out, and it is as large as the least effect. Detectable: what
        this comparison sees with a chance of 80 %.
        This machine was not calibrated: the least effects of load figures are assumed.
      "
    `);
  });

  it('calls nothing worse where nothing is, and counts what is open', () => {
    const comparison = exampleComparison();
    const differences = comparison.differences.filter(({ verdict }) => verdict !== 'regressed');
    const text = unwrapped(exportComparison('text', { ...comparison, differences, unmatched: [] }));
    expect(text).toContain(
      'None of 5 figures is shown to be worse. 1 improved, 1 without a verdict, 1 inconclusive.',
    );
    expect(text).not.toContain('Regressed');
    expect(exportComparison('text', { ...comparison, differences: [], unmatched: [] })).toContain(
      'Nothing could be compared.',
    );
  });

  it('names few of many figures under one reason, and counts the rest', () => {
    const base = buildRecord(LARGE);
    const other = { ...base.environment, hardwareHash: 'other', cpuModel: 'Another CPU' };
    const text = exportComparison('text', compareRuns(base, { ...base, runId: 'b', environment: other }));
    expect(unwrapped(text)).toMatch(/! Different hardware: [^!]*: no load verdict is given\./);
    expect(unwrapped(text)).toMatch(/- different hardware: [^-]* and 598 more/);
    expect(text.split('\n').length).toBeLessThan(80);
  });

  it('gives doubts that differ in their figures alone one line', () => {
    const comparison = exampleComparison();
    const differences = comparison.differences.map((difference, i) => ({
      ...difference,
      doubts: [`the base cell is suspect: other programs used ${i}.5 % of the CPU`],
    }));
    const text = unwrapped(exportComparison('text', { ...comparison, differences }));
    expect(text.match(/other programs used/g)).toHaveLength(1);
    expect(text).toMatch(/of the CPU: 512 · sentiment · 32 × 8 · float; alike in 4 more/);
  });

  it('shows the thirty worst of many, and says where the others are', () => {
    const comparison = exampleComparison();
    const [first] = comparison.differences.filter(({ verdict }) => verdict === 'regressed');
    const differences = Array.from({ length: 45 }, (_, i) => ({
      ...first!,
      subject: { ...first!.subject, axes: { ...first!.subject.axes, dimensions: 100 + i } },
      change: { ...first!.change!, value: -0.001 * (i + 1) },
    }));
    const text = exportComparison('text', { ...comparison, differences });
    const rows = text
      .split('\n')
      .filter((line) => line.includes('· sentiment · float32') && line.includes('points'));
    expect(rows).toHaveLength(31);
    expect(rows[1]).toContain('144 · sentiment');
    expect(text).toContain('15 more are in the JSON and CSV outputs.');
  });

  it.each([80, 95, 110])('keeps within %i columns', (columns) => {
    const texts = [
      exportComparison('text', exampleComparison(), { columns }),
      exportComparison('text', trickyComparison(), { columns }),
      exportGate('text', exampleGate(), { columns }),
      exportGate('text', trickyGate(), { columns }),
    ];
    for (const line of texts.join('\n').split('\n')) {
      const wide = [...line].filter((character) => /[\u3000-\u9fff]/.test(character)).length;
      expect([...line].length + wide).toBeLessThanOrEqual(columns);
    }
  });
});

describe('a gate as text', () => {
  it('gives its answer, then the checks that do not pass, rule by rule', () => {
    expect(exportGate('text', exampleGate(), { columns: 110 })).toMatchInlineSnapshot(`
      "The gate fails: reviews-small
        base: baseline main (run-base), use-lite-hash-2560 on sglang 0.5.3, 1a2b3c4 on main
        candidate: run-candidate, use-lite-hash-2560 on sglang 0.5.3, 5d6e7f8 on faster-tokeniser
      Of 5 checks 2 fail, 2 are undecided, 1 pass. The worst: accuracy may not fall by more than 0.01, at 512 ·
      sentiment · float32: it fell by 2.4 points, 1.0 to 3.8.

      Fails: accuracy may not fall by more than 0.01 (gate.rules[0])
        Cell                        Base  Candidate  Change                      Why
        512 · sentiment · float32  0.895      0.871  -2.4 points (-3.8 to -1.0)  it fell by 2.4 points, 1.0 to 3.8

      Fails: p95 service may not rise by more than 5 % (gate.rules[1])
        Cell                                   Base  Candidate  Change                  Why
        512 · sentiment · 32 × 8 · float  211.80 ms  229.20 ms  +8.2 % (+6.1 to +10.3)  it rose by 8.2 %, 6.1 to
                                                                                        10.3 %

      Undecided: no cell of the baseline may be missing (gate.maxMissingCells)
        - 1 cell of the baseline is missing in the candidate

      Undecided: ARI may not fall by more than 0.02 (gate.rules[2])
        Cell                               Base  Candidate  Change                     Why
        ARI by domain at 512 · sentimen…  0.432      0.447  +0.015 (-0.030 to +0.060)  the data allow both a change
                                                                                       and none

      Pass: 1 check
        - texts/s may not fall by more than 5 %: 1 cell

      How to read this
        Cells: dimensions · instruction · batch × concurrency · dtype or encoding; what is usual is left out.
        A change stands with its 95 % interval. It is called when its test rejects beside all others (5 tests share
        an error rate of 0.05), its interval leaves 0 out, and it is as large as the least effect. Detectable: what
        this comparison sees with a chance of 80 %.
        This machine was not calibrated: the least effects of load figures are assumed.
      "
    `);
  });

  it.each([
    ['pass', 'The gate passes: reviews-small'],
    ['noVerdict', 'The gate has no verdict: reviews-small'],
  ] as const)('says %s in words', (outcome, words) => {
    expect(exportGate('text', { ...exampleGate(), outcome }).startsWith(words)).toBe(true);
  });

  it('has no columns for figures where a bound needs no baseline', () => {
    const gate = exampleGate();
    const { difference: _difference, ...bound } = gate.checks[0]!;
    const text = exportGate('text', { ...gate, checks: [bound] });
    expect(text).toMatch(
      /\n {2}Cell {2,}Why\n {2}512 · sentiment · float32 {2}it fell by 2.4 points, 1.0 to 3.8\n/,
    );
  });

  it('cuts no reason: it goes on below', () => {
    const gate = exampleGate();
    const reason = 'a reason of many words that no column of a terminal is wide enough for, to its end';
    const [first] = gate.checks;
    const text = exportGate('text', { ...gate, checks: [{ ...first!, reason }] }, { columns: 80 });
    const lines = text.split('\n');
    const start = lines.findIndex((line) => line.includes('Why'));
    const column = lines[start]!.indexOf('Why');
    const cell = lines.slice(start + 1, lines.indexOf('', start)).map((line) => line.slice(column));
    // The last line, about columns that found no room, ends before this column.
    expect(cell.filter((line) => line !== '').join(' ')).toBe(reason);
  });
});
