import { describe, expect, test } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { renderComparisonReport } from '../../src/report/render-comparison-report.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import { AXE_TIMEOUT_MS, overflowOf, seriousFindings, unfold } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { comparedRecords } from './fixtures/compared.ts';
import { buildRecord } from './fixtures/record.ts';
import { LARGE, SMALL } from './fixtures/sweep.ts';
import { HOSTILE, hostileRecord } from './fixtures/variants.ts';

const assets = loadReportAssets();
const { base, slower, faster } = comparedRecords();
const compared = compareRuns(base, slower, { baseline: 'main' });
const pair = renderComparisonReport({ comparisons: [compared], records: [base, slower] }, assets);
const three = renderComparisonReport(
  { comparisons: [compared, compareRuns(base, faster)], records: [base, slower, faster] },
  assets,
);
const open = useChromium();

const count = (verdict: string, kind?: string) =>
  compared.differences.filter((d) => d.verdict === verdict && (kind === undefined || d.subject.kind === kind))
    .length;

describe('the report of a comparison', () => {
  test('says first what got worse, what got better and what is not decided', async () => {
    const { page, complaints, requests } = await open(pair);
    expect(await page.locator('h1').textContent()).toMatch(/^tokeniser against main ✕ regressed$/);
    expect(await page.locator('#answer .lead').textContent()).toMatch(
      /^36 of 154 figures regressed; the worst: /,
    );
    expect(await page.locator('.tile .value').allTextContents()).toEqual([
      '36 ✕ regressed',
      '0 ',
      '51 ? undecided',
    ]);
    expect(await page.locator('#answer .notices').textContent()).toContain('sglang 0.5.3 and sglang 0.5.4');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('shows both sides, the change with its interval, and what would have shown', async () => {
    const { page } = await open(pair);
    const difference = compared.differences.find(
      ({ subject, verdict }) => subject.metric === 'serviceP95Ms' && verdict === 'regressed',
    )!;
    const { axes } = difference.subject;
    const rows = page.locator('[aria-label="Latency and throughput: side by side, worst first"] tbody tr');
    const row = rows.filter({
      hasText: `p95 service${axes['dimensions']} · ${axes['instruction']} · ${axes['batchSize']} × ${axes['concurrency']} · float`,
    });
    const cells = await row.locator('th, td').allTextContents();
    expect(cells[2]).toBe(`${difference.change!.base.toFixed(2)}\u00a0ms`);
    expect(cells[3]!.trim()).toMatch(/^✕ regressed/);
    expect(cells[4]).toBe(`${difference.change!.candidate.toFixed(2)}\u00a0ms`);
    expect(cells[5]).toMatch(/^\+1\d\.\d\u00a0%\+1\d\.\d to \+\d\d\.\d$/);
    expect(cells[6]).toMatch(/^\d\.\d\u00a0%$/);
    expect(await rows.count()).toBe(compared.differences.filter((d) => d.subject.kind === 'load').length);
  });

  test('differences only: hides what was not called, in tables and charts, and keeps it in the address', async () => {
    const { page } = await open(pair);
    const shown = page.locator('[aria-label$="side by side, worst first"] tbody tr:not(.off)');
    const all = await shown.count();
    const toggle = page.getByRole('button', { name: 'Differences only' });
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    await toggle.click();
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    expect(await shown.count()).toBe(count('regressed'));
    expect(await page.locator('#differences svg [data-k]:not(.off)').count()).toBe(
      2 * (count('regressed', 'quality') + count('regressed', 'load')),
    );
    expect(new URL(page.url()).hash).toBe('#verdict=regressed');
    await page.reload();
    expect(await shown.count()).toBe(count('regressed'));
    expect(await toggle.getAttribute('aria-pressed')).toBe('true');
    await toggle.click();
    expect(await shown.count()).toBe(all);
    expect(new URL(page.url()).hash).toBe('');
  });

  test('verdicts do not rely on colour: each has a sign, a word and a shape of its own', async () => {
    const { page } = await open(three);
    const badges = new Set(
      (await page.locator('#differences .badge').allTextContents()).map((text) => text.trim()),
    );
    expect(badges).toEqual(
      new Set(['✕ regressed', '✓ improved', '? inconclusive', '– no verdict', '= same']),
    );
    const shapes = await page
      .locator('#differences svg')
      .evaluateAll((charts) =>
        charts.map((chart) =>
          [...chart.querySelectorAll('path:has(> title)')].map((mark) => [
            mark.querySelector('title')!.textContent!.split('\n').at(-1)!.split(':')[0],
            mark.getAttribute('d'),
          ]),
        ),
      );
    const shapesOf = new Map<string, Set<string>>();
    for (const [verdict, shape] of shapes.flat() as [string, string][]) {
      shapesOf.set(verdict, (shapesOf.get(verdict) ?? new Set()).add(shape));
    }
    expect([...shapesOf.values()].every((own) => own.size === 1)).toBe(true);
    const distinct = new Set(
      ['regressed', 'inconclusive', 'same'].map((verdict) => [...shapesOf.get(verdict)!][0]),
    );
    expect(distinct.size).toBe(3);
  });

  test('lists every cell that only one side has', async () => {
    const { page } = await open(pair);
    const rows = page.locator('#unmatched tbody tr');
    expect(await rows.count()).toBe(1);
    expect(await rows.textContent()).toContain(
      '512 dimensions, instruction none, batch 1, concurrency 1, float',
    );
    expect(await rows.textContent()).toContain('missing in the candidate');
  });

  test('says how each verdict came about, and what would decide the open ones', async () => {
    const { page } = await open(pair);
    const rows = page.locator('#differences .disclosure tbody tr');
    expect(await rows.count()).toBe(compared.differences.length);
    const text = (await page.locator('#differences .disclosure').textContent()) ?? '';
    expect(text).toContain('8 trials');
    expect(text).toContain('600 items');
    expect(text).toContain('In doubt: the base cell is suspect');
    expect(text).toContain(`${compared.family} share an error rate of 5`);
  });

  test('goes to the items that one run gets right and the other wrong', async () => {
    const { page } = await open(pair);
    await page.locator('#flips').scrollIntoViewIfNeeded();
    await page.locator('#error-view .items').waitFor();
    expect(await page.getByLabel('Vectors').inputValue()).toMatch(/^tokeniser: /);
    expect(await page.getByLabel('Differ from').inputValue()).toMatch(/^main: /);
    expect(await page.locator('.error-count').textContent()).toBe(
      '50 of 600 held-out items differ between the two.',
    );
    await page.getByLabel('Show').selectOption('only the first is right');
    const gained = Number.parseInt((await page.locator('.error-count').textContent())!, 10);
    expect(gained).toBeLessThan(25);
  });

  test('shows in what the runs and their configs differ, without script as well', async () => {
    const { page } = await open(pair, { javaScriptEnabled: false });
    const commit = page.locator('#runs tbody tr', { hasText: 'Commit' });
    expect(await commit.textContent()).toMatch(/\? differs.*1a2b3c4d.*5d6e7f8a/);
    expect(await page.locator('#runs').textContent()).toContain('server.extra');
    expect(await page.locator('#error-sample tbody tr').count()).toBe(20);
    expect(await page.locator('.toggle').isVisible()).toBe(false);
  });

  test('three runs stand side by side, told apart by name', async () => {
    const { page, complaints } = await open(three);
    expect(await page.locator('.tile h3').allTextContents()).toEqual(['tokeniser', 'batching']);
    expect(await page.locator('.tile .value').first().textContent()).toContain('36 regressed, 0 improved');
    const heads = await page
      .locator('[aria-label="Quality: side by side, worst first"] thead th bdi')
      .allTextContents();
    expect(heads).toEqual([
      'Metric',
      'Cell',
      'main',
      'Verdict, tokeniser',
      'tokeniser',
      'Change, tokeniser',
      'Would have shown, tokeniser',
      'Verdict, batching',
      'batching',
      'Change, batching',
      'Would have shown, batching',
    ]);
    await page.locator('.filter label', { hasText: /^batching$/ }).click();
    const lines = page.locator('#curves figure').first().locator('.legend li:not(.off)');
    expect(await lines.allTextContents()).toEqual(['batching']);
    expect(complaints).toEqual([]);
  });

  test('runs of one name are told apart by their commits, or by their moments', () => {
    const title = (candidate: RunRecord) =>
      /<h1><bdi>(.*?)<\/bdi>/.exec(
        renderComparisonReport(
          { comparisons: [compareRuns(base, candidate)], records: [base, candidate] },
          assets,
        ),
      )![1];
    const again = { ...base, runId: 'again', startedAt: '2026-01-13T09:30:00.000Z' };
    expect(title({ ...again, environment: { ...base.environment, commit: 'ffffffff' } })).toBe(
      'reviews-small fffffff against reviews-small 1a2b3c4',
    );
    expect(title(again)).toBe('reviews-small 2026-01-13 09:30 against reviews-small 2026-01-12 14:03');
  });
});

describe('what must be said first', () => {
  const other = {
    ...slower,
    dataset: { ...slower.dataset, hash: 'e'.repeat(64) },
    status: 'interrupted' as const,
  };

  test('other data and a stopped run stand above everything', async () => {
    const html = renderComparisonReport(
      { comparisons: [compareRuns(base, other)], records: [base, other] },
      assets,
    );
    const { page } = await open(html);
    const first = (await page.locator('.doubts').textContent()) ?? '';
    expect(first).toContain('Read this first');
    expect(first).toMatch(/Different data: .*no quality verdict is given/);
    expect(first).toContain('The candidate did not run to its end');
    expect(await page.locator('#flips').count()).toBe(0);
    const verdicts = page.locator('[aria-label="Quality: side by side, worst first"] tbody .badge');
    expect(new Set((await verdicts.allTextContents()).map((text) => text.trim()))).toEqual(
      new Set(['– no verdict']),
    );
  });

  test('forced verdicts are said to be forced', () => {
    const html = renderComparisonReport(
      { comparisons: [compareRuns(base, other, { force: true })], records: [base, other] },
      assets,
    );
    expect(html).toContain('because they were forced');
  });
});

describe('a page for everyone', () => {
  test.each(['light', 'dark'] as const)(
    'axe-core finds nothing serious, %s',
    async (colorScheme) => {
      const few = comparedRecords({ ...SMALL, items: 300, dimensions: [32, 512], loadDimensions: [512] });
      const html = renderComparisonReport(
        { comparisons: [compareRuns(few.base, few.slower)], records: [few.base, few.slower] },
        assets,
      );
      const { page } = await open(html, { colorScheme });
      await unfold(page);
      await page.locator('#flips').scrollIntoViewIfNeeded();
      await page.locator('#error-view .items').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    },
    AXE_TIMEOUT_MS,
  );

  test.each([
    ['two runs', pair],
    ['three runs', three],
  ])('%s need no sideways scrolling at 320 pixels', async (_, html) => {
    const { page } = await open(html, { viewport: { width: 320, height: 700 } });
    await unfold(page);
    await page.locator('#flips').scrollIntoViewIfNeeded();
    await page.locator('#error-view .items').waitFor();
    expect(await overflowOf(page)).toBe(0);
  });

  test('hostile names show as text and run nothing', async () => {
    const hostile = hostileRecord();
    const evil = {
      ...hostile,
      name: HOSTILE.script,
      runId: HOSTILE.scriptEnd,
      config: { ...hostile.config, [HOSTILE.image]: HOSTILE.attribute },
      environment: { ...hostile.environment, branch: HOSTILE.title },
      load: hostile.load.slice(1),
    };
    const html = renderComparisonReport(
      { comparisons: [compareRuns(hostile, evil)], records: [hostile, evil] },
      assets,
    );
    const { page, complaints, requests } = await open(html);
    await unfold(page);
    const text = (await page.locator('body').textContent()) ?? '';
    for (const shown of [
      HOSTILE.script,
      HOSTILE.scriptEnd,
      HOSTILE.image,
      HOSTILE.attribute,
      HOSTILE.title,
    ]) {
      expect(text).toContain(shown);
    }
    expect(
      await page.evaluate(() => [
        (window as { pwned?: unknown }).pwned,
        document.images.length,
        document.scripts.length,
      ]),
    ).toEqual([undefined, 0, 2]);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('two runs of 200 load cells and 3,000 items fit into 3 MB', () => {
    const large = comparedRecords(LARGE);
    const html = renderComparisonReport(
      { comparisons: [compareRuns(large.base, large.slower)], records: [large.base, large.slower] },
      assets,
    );
    expect(Buffer.byteLength(html)).toBeLessThan(3e6);
  });

  test('a comparison without its records is refused', () => {
    expect(() => renderComparisonReport({ comparisons: [compared], records: [base] }, assets)).toThrow(
      RangeError,
    );
    expect(() => renderComparisonReport({ comparisons: [], records: [buildRecord(SMALL)] }, assets)).toThrow(
      RangeError,
    );
  });
});
