import { describe, expect, it } from 'vitest';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { annotationCommands } from '../../../src/report/exporters/github/annotations.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyGate } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { SMALL } from '../fixtures/sweep.ts';
import { emptyRecord } from '../fixtures/variants.ts';

/** A command read back as GitHub's runner reads it. */
function readCommand(line: string): { level: string; title: string; message: string } {
  const end = line.indexOf('::', 2);
  const [level = '', ...properties] = line.slice(2, end).split(' ');
  const title = properties
    .join(' ')
    .split(',')[0]!
    .replace(/^title=/, '');
  const unescaped = (text: string) =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return { level, title: unescaped(title), message: unescaped(line.slice(end + 2)) };
}

describe('annotations', () => {
  it('of a gate that fails: the answer, then every check that does not pass', () => {
    expect(exportGate('github', exampleGate())).toMatchInlineSnapshot(`
      "::error title=The gate fails::Of 5 checks 2 fail, 2 are undecided, 1 pass. The worst: accuracy may not fall by more than 0.01, at 512 · sentiment · float32: it fell by 2.4 points, 1.0 to 3.8.
      ::error title=Gate fails::accuracy may not fall by more than 0.01: 512 dimensions, instruction sentiment, float32: 0.895 → 0.871, -2.4 points (-3.8 to -1.0): it fell by 2.4 points, 1.0 to 3.8
      ::error title=Gate fails::p95 service may not rise by more than 5 %25: 512 dimensions, instruction sentiment, batch 32, concurrency 8, float: 211.80 ms → 229.20 ms, +8.2 %25 (+6.1 to +10.3): it rose by 8.2 %25, 6.1 to 10.3 %25
      ::error title=Gate undecided::no cell of the baseline may be missing: 1 cell of the baseline is missing in the candidate
      ::error title=Gate undecided::ARI may not fall by more than 0.02: 512 dimensions, instruction sentiment, float32: 0.432 → 0.447, +0.015 (-0.030 to +0.060): the data allow both a change and none
      "
    `);
  });

  it('of a gate that passes by its budgets: nothing that would stop anybody', () => {
    const gate = exampleGate();
    const checks = gate.checks.filter(({ outcome }) => outcome !== 'fail');
    expect(exportGate('github', { ...gate, outcome: 'pass', checks })).toMatchInlineSnapshot(`
      "::warning title=Gate undecided::no cell of the baseline may be missing: 1 cell of the baseline is missing in the candidate
      ::warning title=Gate undecided::ARI may not fall by more than 0.02: 512 dimensions, instruction sentiment, float32: 0.432 → 0.447, +0.015 (-0.030 to +0.060): the data allow both a change and none
      ::notice title=The gate passes::Of 3 checks 0 fail, 2 are undecided, 1 pass. Undecided: no cell of the baseline may be missing: 1 cell of the baseline is missing in the candidate.
      "
    `);
  });

  it('of a comparison: regressions, what could not be judged, and the sentence', () => {
    expect(exportComparison('github', exampleComparison())).toMatchInlineSnapshot(`
      "::error title=Regressed%3A p95 service::512 dimensions, instruction sentiment, batch 32, concurrency 8, float: 211.80 ms → 229.20 ms, +8.2 %25 (+6.1 to +10.3)
      ::error title=Regressed%3A Accuracy::512 dimensions, instruction sentiment, float32: 0.895 → 0.871, -2.4 points (-3.8 to -1.0)
      ::warning title=No verdict::Figures without a verdict: 1; cells of the base that the candidate lacks: 1.
      ::notice title=Comparison of reviews-small with reviews-small::2 of 7 figures regressed; the worst: p95 service at 512 · sentiment · 32 × 8 · float, +8.2 %25 (+6.1 to +10.3). 1 improved, 1 without a verdict, 1 inconclusive, 2 cells on one side only.
      "
    `);
  });

  it('of a run: claims that do not hold, doubts, invalid cells, and the answer', () => {
    expect(exportRun('github', buildRecord(SMALL))).toMatchInlineSnapshot(`
      "::error title=Claim contradicted::ari >= 0.68: measured 0.270 (0.250–0.290) against 0.680: the whole interval lies below the bound
      ::warning title=Claim undecidable::retention@512 >= 0.97: measured 0.975 (0.951–0.998) against 0.970: the bound lies inside the interval; about 900 further rows would decide
      ::warning title=Doubt::The server ran on the machine that measured: both shared its 2 cores.
      ::warning title=Invalid cell::512 dimensions, instruction none, batch 32, concurrency 1, float: the client reached 84 %25 of its own ceiling (limit 70 %25)
      ::notice title=reviews-small::512 dimensions keep 98.9 %25 of the accuracy of 2560: 0.895 against 0.905; paired difference -1.0 points (-2.0 to 0.0, n = 600). Highest accuracy at 2560 dimensions, 0.905, better than every other instruction. “sentiment” against “none”, paired: +3.0 points (+1.5 to +4.5, n = 600). 1548.8 texts/s, p95 211.80 ms at 512 dimensions, instruction “sentiment”, float: faster than the other 5 points in every trial.
      "
    `);
  });

  it('of a run without figures says that', () => {
    expect(exportRun('github', emptyRecord())).toContain('::notice title=empty::Nothing was measured.\n');
  });
});

describe('what GitHub takes', () => {
  it('no more than ten of a level: the last says how many more there are', () => {
    const many = (level: 'error' | 'warning', count: number) =>
      Array.from({ length: count }, (_, i) => ({ level, title: 't', message: `${level} ${i}` }));
    const lines = annotationCommands([...many('warning', 10), ...many('error', 14)])
      .trim()
      .split('\n');
    const errors = lines.filter((line) => line.startsWith('::error'));
    expect(errors).toHaveLength(10);
    expect(errors[8]).toBe('::error title=t::error 8');
    expect(errors[9]).toBe('::error title=dimsweep::5 more are in the job summary and in the other outputs.');
    expect(lines.filter((line) => line.startsWith('::warning'))).toHaveLength(10);
    expect(lines[0]).toContain('::error');
  });

  it('escapes by its rules, so that a message comes back as it was', () => {
    const title = 'a:b,c=d%3A';
    const message = '100 %, %0A::error::x, 50%25: y';
    const line = annotationCommands([{ level: 'error', title, message }]).trimEnd();
    expect(line).toBe('::error title=a%3Ab%2Cc=d%253A::100 %25, %250A::error::x, 50%2525: y');
    expect(readCommand(line)).toEqual({ level: 'error', title, message });
  });

  it('lets no name end its command or begin another', () => {
    const lines = exportGate('github', trickyGate()).trimEnd().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning|notice) title=[^:,\r\n]*::[^\r\n]*$/);
      expect(['error', 'warning', 'notice']).toContain(readCommand(line).level);
    }
    expect(lines.length).toBeLessThanOrEqual(30);
  });
});
