import { describe, expect, test } from 'vitest';
import { renderRunReport } from '../../src/report/render-run-report.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import { useChromium } from './chromium.ts';
import { buildRecord } from './fixtures/record.ts';
import { LARGE, SMALL } from './fixtures/sweep.ts';
import { emptyRecord, interruptedRecord } from './fixtures/variants.ts';

const assets = loadReportAssets();
const small = renderRunReport(buildRecord(SMALL), assets);
const open = useChromium();

describe('what the report of a run says', () => {
  test('the first screen answers which dimension, instruction and batch × concurrency, with reasons', async () => {
    const { page } = await open(small);
    const tiles = await page.locator('.tile').evaluateAll((all) =>
      all.map((tile) => ({
        question: tile.querySelector('h3')!.textContent,
        value: tile.querySelector('.value bdi')!.textContent,
        isOnFirstScreen: tile.getBoundingClientRect().top < window.innerHeight / 2,
      })),
    );
    expect(tiles).toEqual([
      { question: 'Smallest dimension within 3\u00a0% of the best', value: '512', isOnFirstScreen: true },
      { question: 'Best instruction', value: 'sentiment', isOnFirstScreen: true },
      { question: 'Best batch size × concurrency', value: '32 × 8', isOnFirstScreen: true },
    ]);
    expect(await page.locator('.tile').first().textContent()).toMatch(/paired difference −1\.0/);
    expect(await page.locator('.tile .doubt-list').first().textContent()).toMatch(
      /256 dimensions are not decided/,
    );
    expect(await page.locator('.doubts').textContent()).toMatch(/both shared its 2 cores/);
  });

  test('three declared preferences, each with winner, runner-up, reasons and the rule', async () => {
    const { page } = await open(small);
    const cards = page.locator('.card');
    expect(await cards.locator('h4').allTextContents()).toEqual([
      'Quality first',
      'Latency first',
      'Cost first',
    ]);
    for (const card of await cards.all()) {
      expect(await card.locator('.reasons li').count()).toBeGreaterThan(0);
      expect(await card.locator('.runner-up').count()).toBe(1);
      expect(await card.locator('.rule').textContent()).toMatch(/^Rule/);
    }
  });

  test('every kind of figure is there, and a table behind each', async () => {
    const { page } = await open(small);
    const titles = await page.locator('figure:not(.text):not(.map) > figcaption').allTextContents();
    for (const title of [
      'Accuracy by instruction',
      'Retention of accuracy',
      'Accuracy against bytes',
      'Accuracy against latency',
      'Throughput and latency',
      'Latency distributions',
      'The run over time',
      'A million stored vectors',
      'Texts/s: 512 dimensions, instruction sentiment, float',
      'Fewer dimensions against full width',
    ]) {
      expect(titles).toContain(title);
    }
    const withoutTable = await page
      .locator('figure:has(> .chart):not(.map)')
      .evaluateAll((all) => all.filter((figure) => figure.querySelector('.behind tbody tr') === null).length);
    expect(withoutTable).toBe(0);
    expect(await page.locator('.map svg.plot').count()).toBe(2);
    expect(await page.locator('svg.time .window').count()).toBe(24);
  });

  test('curves have bands, and dominated points are grey', async () => {
    const { page } = await open(small);
    const curves = page.locator('figure', {
      has: page.getByText('Accuracy by instruction', { exact: true }),
    });
    const filled = await curves
      .locator('svg.plot path')
      .evaluateAll(
        (all) =>
          all.filter((path) => (path.closest('[fill-opacity]') ?? path).getAttribute('fill-opacity') !== null)
            .length,
      );
    expect(filled).toBeGreaterThanOrEqual(2);
    const frontier = page.locator('figure', {
      has: page.getByText('Accuracy against bytes', { exact: true }),
    });
    expect(await frontier.locator('svg [fill="var(--context)"]').count()).toBeGreaterThan(0);
  });

  test('claims, probe findings, data card, validity and a line to reproduce each cell', async () => {
    const { page } = await open(small);
    const text = async (id: string) => (await page.locator(`#${id}`).textContent()) ?? '';
    const claims = await page.locator('#claims tbody tr .badge').allTextContents();
    expect(claims.map((badge) => badge.trim())).toEqual([
      '✓ reproduced',
      '✕ contradicted',
      '? undecidable',
      '✓ reproduced',
    ]);
    expect(await text('server')).toContain('--disable-radix-cache');
    expect(await text('data')).toContain('Leakage across the split');
    expect(await text('load')).toContain('the client reached 84 % of its own ceiling');
    const lines = await page.locator('#reproduce code').allTextContents();
    const cells = lines.filter((line) => line.startsWith('dimsweep run'));
    expect(cells).toHaveLength(24 + 24);
    expect(new Set(cells).size).toBe(cells.length);
  });

  test('reads without script: figures, tables and wrong items stand in the file', async () => {
    const { page } = await open(small, { javaScriptEnabled: false });
    expect(await page.getByRole('heading', { name: 'The answer' }).isVisible()).toBe(true);
    expect(await page.locator('#error-sample tbody tr').count()).toBe(3 + 20);
    expect(await page.locator('#error-sample').textContent()).toContain('Confusion matrix');
    expect(await page.locator('.filter').isVisible()).toBe(false);
    const row = page.locator('[aria-label="Every load cell"] tbody tr', { hasText: '1548.8' });
    expect((await row.locator('td, th').allTextContents()).slice(0, 3)).toEqual(['32', '8', '512']);
  });

  test.each([
    ['a small run', small, 12],
    ['a run of 200 load cells', renderRunReport(buildRecord(LARGE), assets), 12],
    ['a run that measured nothing', renderRunReport(emptyRecord(), assets), 3],
    ['an interrupted run', renderRunReport(interruptedRecord(), assets), 9],
  ])('%s opens from disk with the network off and nothing to complain about', async (_, html, sections) => {
    const { page, complaints, requests } = await open(html);
    for (const section of await page.locator('main > section').all()) await section.scrollIntoViewIfNeeded();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.locator('main > section').count()).toBeGreaterThanOrEqual(sections);
  });

  test('200 load cells and 3,000 items fit into 3 MB', () => {
    const record = buildRecord(LARGE);
    expect(record.load.length).toBe(200);
    expect(record.items.ids.length).toBe(3000);
    expect(Buffer.byteLength(renderRunReport(record, assets))).toBeLessThan(3e6);
  });

  test('equal records give equal bytes', () => {
    expect(renderRunReport(buildRecord(SMALL), assets)).toBe(small);
  });
});
