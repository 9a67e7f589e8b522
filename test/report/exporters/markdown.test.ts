import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/compare/compare-runs.ts';
import { exportComparison, exportGate, exportRun } from '../../../src/report/exporters/exporters.ts';
import { markdownText } from '../../../src/report/exporters/markdown/markdown-text.ts';
import { renderMarkdown } from '../../../src/report/exporters/markdown/render-markdown.ts';
import type { Summary } from '../../../src/report/summaries/summary.ts';
import { exampleComparison, exampleGate } from '../fixtures/comparison.ts';
import { trickyComparison, trickyGate, trickyRecord } from '../fixtures/hostile-results.ts';
import { buildRecord } from '../fixtures/record.ts';
import { LARGE, SMALL } from '../fixtures/sweep.ts';

describe('Markdown for a pull request', () => {
  it('of a comparison', () => {
    expect(exportComparison('markdown', exampleComparison())).toMatchInlineSnapshot(`
      "## Comparison of reviews-small with reviews-small

      **2 of 7 figures regressed; the worst: p95 service at 512 · sentiment · 32 × 8 · float, +8.2 % (+6.1 to +10.3). 1 improved, 1 without a verdict, 1 inconclusive, 2 cells on one side only.**

      base: baseline main (run-base), use-lite-hash-2560 on sglang 0.5.3, 1a2b3c4 on main<br>candidate: run-candidate, use-lite-hash-2560 on sglang 0.5.3, 5d6e7f8 on faster-tokeniser

      ### Regressed: 2

      | Metric | Cell | Base | Candidate | Change | p | Detectable |
      | --- | --- | ---: | ---: | --- | ---: | ---: |
      | p95 service | 512 · sentiment · 32 × 8 · float | 211.80 ms | 229.20 ms | +8.2 % (+6.1 to +10.3) | 0.032 | 5.0 % |
      | Accuracy | 512 · sentiment · float32 | 0.895 | 0.871 | -2.4 points (-3.8 to -1.0) | 0.002 | 1.9 points |

      ### No verdict: 1

      - too few requests in the windows of one side to carry this figure: p95 service at 512 · sentiment · 1 × 1 · float

      ### On one side only: 2 cells

      - load missing in the candidate: 256 · sentiment · 32 × 8 · float
      - quality new in the candidate: 512 · sentiment · int8

      <details><summary>Inconclusive: 1</summary>

      | Metric | Cell | Base | Candidate | Change | p | Detectable | Need |
      | --- | --- | ---: | ---: | --- | ---: | ---: | --- |
      | ARI by domain | 512 · sentiment · float32 | 0.432 | 0.447 | +0.015 (-0.030 to +0.060) | 0.800 | 0.070 | about 5200 rows would decide |

      </details>

      ### Improved: 1

      | Metric | Cell | Base | Candidate | Change | p | Detectable |
      | --- | --- | ---: | ---: | --- | ---: | ---: |
      | p50 service | 512 · sentiment · 8 × 1 · float | 15.53 ms | 13.20 ms | -15.0 % (-18.0 to -12.0) | 0.032 | 5.0 % |

      <details><summary>The same: 2</summary>

      Shown to be equal within the tolerance: Server RSS, peak in 1 cell, Texts/s in 1 cell.

      </details>

      <details><summary>Doubts</summary>

      - the candidate cell is suspect: latency still falls in trial 2: 512 · sentiment · 32 × 8 · float

      </details>

      <details><summary>What else differs</summary>

      - Different server: sglang 0.5.3 and sglang 0.5.4.

      </details>

      <details><summary>How to read this</summary>

      Cells: dimensions · instruction · batch × concurrency · dtype or encoding; what is usual is left out.

      A change stands with its 95 % interval. It is called when its test rejects beside all others (5 tests share an error rate of 0.05), its interval leaves 0 out, and it is as large as the least effect. Detectable: what this comparison sees with a chance of 80 %.

      This machine was not calibrated: the least effects of load figures are assumed.

      </details>
      "
    `);
  });

  it('of a gate', () => {
    expect(exportGate('markdown', exampleGate())).toMatchInlineSnapshot(`
      "## The gate fails: reviews-small

      **Of 5 checks 2 fail, 2 are undecided, 1 pass. The worst: accuracy may not fall by more than 0.01, at 512 · sentiment · float32: it fell by 2.4 points, 1.0 to 3.8.**

      base: baseline main (run-base), use-lite-hash-2560 on sglang 0.5.3, 1a2b3c4 on main<br>candidate: run-candidate, use-lite-hash-2560 on sglang 0.5.3, 5d6e7f8 on faster-tokeniser

      ### Fails: accuracy may not fall by more than 0.01 (gate.rules\\[0\\])

      | Cell | Base | Candidate | Change | Why |
      | --- | ---: | ---: | --- | --- |
      | 512 · sentiment · float32 | 0.895 | 0.871 | -2.4 points (-3.8 to -1.0) | it fell by 2.4 points, 1.0 to 3.8 |

      ### Fails: p95 service may not rise by more than 5 % (gate.rules\\[1\\])

      | Cell | Base | Candidate | Change | Why |
      | --- | ---: | ---: | --- | --- |
      | 512 · sentiment · 32 × 8 · float | 211.80 ms | 229.20 ms | +8.2 % (+6.1 to +10.3) | it rose by 8.2 %, 6.1 to 10.3 % |

      ### Undecided: no cell of the baseline may be missing (gate.maxMissingCells)

      - 1 cell of the baseline is missing in the candidate

      ### Undecided: ARI may not fall by more than 0.02 (gate.rules\\[2\\])

      | Cell | Base | Candidate | Change | Why |
      | --- | ---: | ---: | --- | --- |
      | ARI by domain at 512 · sentiment · float32 | 0.432 | 0.447 | +0.015 (-0.030 to +0.060) | the data allow both a change and none |

      <details><summary>Pass: 1 check</summary>

      - texts/s may not fall by more than 5 %: 1 cell

      </details>

      <details><summary>How to read this</summary>

      Cells: dimensions · instruction · batch × concurrency · dtype or encoding; what is usual is left out.

      A change stands with its 95 % interval. It is called when its test rejects beside all others (5 tests share an error rate of 0.05), its interval leaves 0 out, and it is as large as the least effect. Detectable: what this comparison sees with a chance of 80 %.

      This machine was not calibrated: the least effects of load figures are assumed.

      </details>
      "
    `);
  });

  it('of a run begins with its answers', () => {
    const answers = exportRun('markdown', buildRecord(SMALL)).split('###')[0];
    expect(answers).toMatchInlineSnapshot(`
      "## Run reviews-small

      > ⚠ The server ran on the machine that measured: both shared its 2 cores.

      use-lite-hash-2560 on sglang 0.5.3 (remote)<br>reviews, 2000 texts<br>complete after 4 min 12 s

      | Question | Answer | Why |
      | --- | --- | --- |
      | Smallest dimension within 3 % of the best | **512 dimensions** ✓ holds | 512 dimensions keep 98.9 % of the accuracy of 2560: 0.895 against 0.905; paired difference -1.0 points (-2.0 to 0.0, n = 600).<br>⚠ 256 dimensions are not decided (accuracy 0.887, 0.859–0.910): about 840 more labelled rows would decide. |
      | Best instruction | **sentiment** ✓ holds | Highest accuracy at 2560 dimensions, 0.905, better than every other instruction. “sentiment” against “none”, paired: +3.0 points (+1.5 to +4.5, n = 600). |
      | Best batch size × concurrency | **32 × 8** ✓ holds | 1548.8 texts/s, p95 211.80 ms at 512 dimensions, instruction “sentiment”, float: faster than the other 5 points in every trial. |
      | Quality first | **2560 dimensions · instruction “sentiment” · float32 · 32 × 8 (batch × concurrency) · float** |  |
      | Latency first | **512 dimensions · instruction “sentiment” · int8 · 1 × 1 (batch × concurrency) · float** |  |
      | Cost first | **512 dimensions · instruction “sentiment” · int8 · 32 × 8 (batch × concurrency) · float** |  |

      "
    `);
  });

  it('says above everything what spoils the verdicts, and what became of them', () => {
    const notice = {
      code: 'differentHardware',
      spoils: 'load',
      message: 'different hardware: A and B',
    } as const;
    const withheld = { ...exampleComparison(), notices: [notice] };
    expect(exportComparison('markdown', withheld)).toContain(
      '> ⚠ Different hardware: A and B: no load verdict is given.\n',
    );
    expect(exportComparison('markdown', { ...withheld, forced: true })).toContain(
      '> ⚠ Different hardware: A and B: load verdicts are given because they were forced.\n',
    );
  });
});

describe('the limit of a comment', () => {
  it('is kept by a large sweep, whose rows beyond a screen are counted', () => {
    const base = buildRecord(LARGE);
    const markdown = exportComparison('markdown', compareRuns(base, { ...base, runId: 'again' }));
    expect(markdown.length).toBeLessThan(65_536);
    expect(exportRun('markdown', base).length).toBeLessThan(65_536);
  });

  it.each([
    ['run', () => exportRun('markdown', trickyRecord())],
    ['comparison', () => exportComparison('markdown', trickyComparison())],
    ['gate', () => exportGate('markdown', trickyGate())],
  ])('is kept by a hostile %s, and what is left out is said', (_, write) => {
    const markdown = write();
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expect(markdown.match(/<details>/g)?.length).toBe(markdown.match(/<\/details>/g)?.length);
  });

  it('cuts between rows, closes what is open, and keeps the opening', () => {
    const section = (title: string, folded: boolean) => ({
      title,
      notes: [],
      table: { columns: [{ head: 'Name' }], rows: Array.from({ length: 50 }, (_, i) => [`row ${i}`]) },
      points: [],
      folded,
    });
    const summary: Summary = {
      title: 'Title',
      particulars: ['what'],
      headline: 'The sentence.',
      warnings: [],
      answers: [],
      sections: [section('One', true), section('Two', false), section('Three', true)],
    };
    const whole = renderMarkdown(summary, 100_000);
    expect(whole).not.toContain('Cut here');
    for (const limit of [400, 700, 1000, 1300, 1500]) {
      const cut = renderMarkdown(summary, limit);
      expect(cut.length).toBeLessThanOrEqual(limit);
      expect(cut).toMatch(
        /\*\*Cut here for length:\*\* not all of the last (\d sections|section) found room/,
      );
      expect(cut).toContain('**The sentence.**');
      expect(cut.match(/<details>/g)?.length ?? 0).toBe(cut.match(/<\/details>/g)?.length ?? 0);
      for (const row of cut.match(/^\|.*$/gm) ?? []) expect(whole).toContain(`${row}\n`);
    }
    expect(renderMarkdown(summary, 400)).not.toContain('Two');
    expect(renderMarkdown(summary, 1000)).toContain('row 49');
  });
});

describe('hostile text in Markdown', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['a | b', 'a \\| b'],
    ['`code` **b** _e_ ~~s~~', '\\`code\\` \\*\\*b\\*\\* \\_e\\_ \\~\\~s\\~\\~'],
    ['[x](javascript:1) ![y](z)', '\\[x\\](javascript:1) \\!\\[y\\](z)'],
    ['first\n# second\r\n- third', 'first # second - third'],
    ['- item', '\\- item'],
    ['--- rule', '\\--- rule'],
    ['# heading', '\\# heading'],
    ['::error::x', '\\::error::x'],
    ['1. item', '1\\. item'],
    ['1.5 ms', '1.5 ms'],
    ['-1.0 points', '-1.0 points'],
    ['&lt; &amp;', '&amp;lt; &amp;amp;'],
    ['a\\|b', 'a\\\\\\|b'],
    ['@team and #12', '@\u2060team and #\u206012'],
    [
      'https://example.invalid www.example.invalid',
      'https:\u2060//example.invalid www\u2060.example.invalid',
    ],
    ['\u22121.5\u00a0%', '-1.5 %'],
  ])('%j becomes %j', (text, markdown) => {
    expect(markdownText(text)).toBe(markdown);
  });

  it('cuts what is longer than any sentence', () => {
    expect(markdownText('x'.repeat(100_000))).toBe(`${'x'.repeat(599)}…`);
    expect(markdownText('𝒳'.repeat(400))).toBe(`${'𝒳'.repeat(400)}`);
  });

  it.each([
    ['run', () => exportRun('markdown', trickyRecord())],
    ['comparison', () => exportComparison('markdown', trickyComparison())],
    ['gate', () => exportGate('markdown', trickyGate())],
  ])('leaves no markup of its own in a %s', (_, write) => {
    const markdown = write();
    expect(markdown.replace(/<\/?(details|summary)>|<br>/g, '')).not.toMatch(/[<]/);
    expect(markdown).not.toMatch(/@everyone|#1\b|https:\/\/|www\.example/);
    expect(markdown).not.toMatch(/(?<!\\)`|(?<!\\)\[link|(?<!\\)~~/);
    for (const line of markdown.split('\n').filter((row) => row.startsWith('|')))
      expect(line).toMatch(/ \|$/);
  });

  it.each([
    ['run', () => exportRun('markdown', trickyRecord())],
    ['comparison', () => exportComparison('markdown', trickyComparison())],
    ['gate', () => exportGate('markdown', trickyGate())],
  ])('breaks no table of a %s', (_, write) => {
    const lines = write().split('\n');
    const cellsOf = (line: string) => line.replace(/\\\\/g, '').replace(/\\\|/g, '').split('|').length;
    lines.forEach((line, i) => {
      if (line.startsWith('|') && lines[i - 1]?.startsWith('|'))
        expect(cellsOf(line)).toBe(cellsOf(lines[i - 1]!));
    });
  });
});
