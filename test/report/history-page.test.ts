import { describe, expect, test } from 'vitest';
import { historyModel } from '../../src/report/history/build-history.ts';
import { historyText } from '../../src/report/history/history-text.ts';
import { renderHistoryPage } from '../../src/report/render-history-page.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import type { HistoryPoint } from '../../src/store/history-points.ts';
import { AXE_TIMEOUT_MS, overflowOf, seriousFindings, unfold } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { commitOf, nightlyHistory, scaled } from './fixtures/history.ts';
import { HOSTILE } from './fixtures/variants.ts';

const assets = loadReportAssets();
const open = useChromium();

const RANGE = `${commitOf(8).slice(0, 7)}..${commitOf(9).slice(0, 7)}`;
const slower = (point: HistoryPoint, run: number) => {
  if (run === 4 && point.metric === 'textsPerSecond') return { ...point, validity: 'invalid' as const };
  const isSlowed = point.metric === 'serviceP95Ms' && point.axes['batchSize'] === 8 && run >= 9;
  return isSlowed ? scaled(point, 1.12) : point;
};
const stepped = {
  ...nightlyHistory(20, {
    point: slower,
    row: (row, run) => (run < 9 ? row : { ...row, serverFingerprint: 'abcdef0123' }),
  }),
  unreadable: [{ path: 'results/broken', reason: 'the record breaks off: the file was cut short' }],
};
const page20 = renderHistoryPage(historyModel(stepped), assets);

const hostile = renderHistoryPage(
  historyModel({
    rows: nightlyHistory(8, {
      point: (point, run) => ({
        ...scaled(point, run < 4 ? 1 : 2),
        label: HOSTILE.script,
        axes: { ...point.axes, instruction: HOSTILE.attribute },
      }),
      row: (row, run) => ({
        ...row,
        name: HOSTILE.title,
        model: HOSTILE.image,
        path: HOSTILE.scriptEnd,
        baselines: [HOSTILE.comment],
        environment: {
          ...row.environment,
          commit: `${HOSTILE.script}${run}`,
          branch: HOSTILE.override,
          cpuModel: HOSTILE.template,
        },
      }),
    }).rows,
    unreadable: [{ path: HOSTILE.image, reason: HOSTILE.scriptEnd }],
  }),
  assets,
);

describe('the history page', () => {
  test('says what stepped, between which commits, and what else changed there', async () => {
    const { page } = await open(page20);
    expect(await page.locator('#answer .lead').textContent()).toBe('4 steps in 1 place: 4 regressed.');
    expect(await page.locator('.tile .value bdi').allTextContents()).toEqual(['4', '0', '2026-01-10']);
    expect(await page.locator('#steps h3').textContent()).toBe(
      `${RANGE}, between 2026-01-09 04:00 and 2026-01-10 04:00: 4 regressed`,
    );
    expect(await page.locator('#steps .subsection > p').textContent()).toContain(
      'Also changed: server fingerprint',
    );
    expect(await page.locator('#steps tbody tr .badge.bad').count()).toBe(4);
    expect(await page.locator('.doubts').textContent()).toContain('the file was cut short');
  });

  test('draws levels, steps with their commits, and invalid runs as crosses', async () => {
    const { page } = await open(page20);
    const chart = page.locator('#steps svg.plot').first();
    expect(await chart.locator('rect').count()).toBe(1);
    expect(await chart.locator('text', { hasText: RANGE }).textContent()).toBe(`✕ ${RANGE}`);
    expect(await chart.locator('[stroke="var(--s1)"] line').count()).toBe(2);
    const texts = page.locator('#figures figure', { hasText: 'Texts/s' }).first();
    expect(await texts.locator('[stroke="var(--bad)"] > *').count()).toBe(1);
    expect(await texts.locator('.behind tbody .badge.bad').textContent()).toContain('invalid');
    expect(await page.locator('#figures figure').count()).toBe(37);
  });

  test('is filtered by metric and axis, and read by keyboard', async () => {
    const { page, complaints, requests } = await open(page20, { hash: '#metric=Texts%2Fs&batchSize=1' });
    expect(await page.locator('#figures figure:not(.off)').count()).toBe(4);
    expect(await page.locator('#figures .table tbody tr:not(.off)').count()).toBeGreaterThanOrEqual(4);
    expect(await page.locator('#steps tbody > tr[data-k]:not(.off)').count()).toBe(0);
    const chart = page.locator('#figures figure:not(.off) .chart').first();
    await chart.focus();
    await chart.press('Home');
    await chart.press('End');
    expect(await page.locator('#live').textContent()).toMatch(/2026-01-20 04:00, [0-9a-f]{7}\n.*texts\/s/);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'axe-core finds nothing serious, %s',
    async (colorScheme) => {
      const few = historyModel(stepped, { metrics: ['accuracy', 'serviceP95Ms'] });
      const { page } = await open(renderHistoryPage(few, assets), { colorScheme });
      await unfold(page);
      expect(await seriousFindings(page)).toEqual([]);
    },
    AXE_TIMEOUT_MS,
  );

  test.each([
    ['the page', page20],
    ['hostile names', hostile],
    ['no run at all', renderHistoryPage(historyModel({ rows: [], unreadable: [] }), assets)],
  ])('%s opens without complaint at 320 pixels and needs no sideways scrolling', async (_, html) => {
    const { page, complaints, requests } = await open(html, { viewport: { width: 320, height: 700 } });
    await unfold(page);
    expect(await overflowOf(page)).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('hostile names show as text and run nothing', async () => {
    const { page } = await open(hostile);
    await unfold(page);
    const text = (await page.locator('body').textContent()) ?? '';
    for (const shown of [
      HOSTILE.title,
      HOSTILE.image,
      HOSTILE.scriptEnd,
      HOSTILE.template,
      HOSTILE.comment,
      'safe⟨U+202E⟩gnirts desrever',
    ]) {
      expect(text).toContain(shown);
    }
    const chart = page.locator('.chart').first();
    await chart.focus();
    await chart.press('Home');
    expect(
      await page.evaluate(() => [
        (window as { pwned?: unknown }).pwned,
        document.images.length,
        document.scripts.length,
      ]),
    ).toEqual([undefined, 0, 2]);
  });

  test('a year of nightly runs stays below 3 MB', () => {
    const html = renderHistoryPage(historyModel(nightlyHistory(365)), assets);
    expect(Buffer.byteLength(html)).toBeLessThan(3e6);
  });
});

describe('the text of a history', () => {
  const text = (metrics: readonly string[], history = stepped) =>
    historyText(historyModel(history, { metrics }), 100);

  test('names the commit range of every step and where each figure stands', () => {
    expect(text(['serviceP95Ms'])).toMatchInlineSnapshot(`
      "History of nightly
        20 runs · 2026-01-01 04:00 to 2026-01-20 04:00 UTC · 8 figures
      4 steps in 1 place: 4 regressed.
        ! results/broken is left out: the record breaks off: the file was cut short

      d8b210c..e84fc76, between 2026-01-09 04:00 and 2026-01-10 04:00: 4 regressed
        Metric       Cell                               Before     After   Change  Verdict      Runs
        p95 service  512 · sentiment · 8 × 8 · float  69.25 ms  78.31 ms  +13.1 %  regressed  9 + 11
        p95 service  512 · sentiment · 8 × 1 · float  19.95 ms  22.44 ms  +12.5 %  regressed  9 + 11
        p95 service  512 · none · 8 × 8 · float       55.46 ms  62.07 ms  +11.9 %  regressed  9 + 11
        p95 service  512 · none · 8 × 1 · float       15.98 ms  17.56 ms   +9.9 %  regressed  9 + 11
        also changed: server fingerprint 3118582 → abcdef0.

      Where every figure stands
        Metric       Cell                                Level    Latest  Since commit  Runs
        p95 service  512 · none · 1 × 1 · float        7.56 ms   7.64 ms  a4ce939         20
        p95 service  512 · none · 1 × 8 · float       26.37 ms  25.95 ms  a4ce939         20
        p95 service  512 · none · 8 × 1 · float       17.56 ms  17.56 ms  e84fc76         20
        p95 service  512 · none · 8 × 8 · float       62.07 ms  61.96 ms  e84fc76         20
        p95 service  512 · sentiment · 1 × 1 · float   8.07 ms   8.15 ms  a4ce939         20
        p95 service  512 · sentiment · 1 × 8 · float  28.15 ms  27.97 ms  a4ce939         20
        p95 service  512 · sentiment · 8 × 1 · float  22.44 ms  22.65 ms  e84fc76         20
        p95 service  512 · sentiment · 8 × 8 · float  78.31 ms  78.55 ms  e84fc76         20
      "
    `);
  });

  test('says when there is too little to tell, or nothing', () => {
    expect(text(['serverRssPeakBytes'], nightlyHistory(3) as typeof stepped)).toMatchInlineSnapshot(`
      "History of nightly
        3 runs · 2026-01-01 04:00 to 2026-01-03 04:00 UTC · 1 figure
      3 runs: a step is looked for from 6 comparable runs on.

      Where every figure stands
        Metric            Cell            Level  Latest  Since commit  Runs
        Server RSS, peak  the whole run  864 MB  864 MB  a4ce939          3
      "
    `);
    expect(historyText(historyModel({ rows: [], unreadable: [] }))).toMatchInlineSnapshot(`
      "History
        0 runs
      There is no run to follow.
      "
    `);
  });

  test('does not let a record steer the terminal', () => {
    const history = nightlyHistory(6, {
      row: (row) => ({
        ...row,
        name: HOSTILE.escape,
        environment: { ...row.environment, commit: '\u001b]0;x' },
      }),
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for them is the purpose
    expect(historyText(historyModel(history))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
