import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { renderRunReport } from '../../src/report/render-run-report.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import { useChromium } from './chromium.ts';
import { buildRecord } from './fixtures/record.ts';
import { SMALL } from './fixtures/sweep.ts';
import { interruptedRecord, wrongRecord } from './fixtures/variants.ts';

const assets = loadReportAssets();
const small = renderRunReport(buildRecord(SMALL), assets);
const open = useChromium();

const table = (page: Page, caption: string) => page.locator(`.table[aria-label="${caption}"]`);
const column = async (page: Page, caption: string, index: number) =>
  await table(page, caption)
    .locator(`tbody tr > :nth-child(${index})`)
    .evaluateAll((cells) => cells.map((cell) => cell.firstChild?.textContent ?? ''));

describe('tables', () => {
  const LOADS = 'Every load cell';

  test('sort by a figure, up and down, and say so', async () => {
    const { page } = await open(small);
    const head = table(page, LOADS).getByRole('button', { name: 'Texts/s' });
    const before = await column(page, LOADS, 7);
    await head.click();
    const values = (await column(page, LOADS, 7)).map((text) => Number(text.replaceAll('\u202f', '')));
    expect(values).toHaveLength(24);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(await table(page, LOADS).locator('th[aria-sort="ascending"]').textContent()).toContain('Texts/s');
    expect(await page.locator('#live').textContent()).toBe('Sorted by Texts/s, ascending');
    await head.click();
    expect((await column(page, LOADS, 7))[0]).toBe('2124.8');
    expect(before).not.toEqual(await column(page, LOADS, 7));
  });

  test('sort by a name and by keyboard', async () => {
    const { page } = await open(small);
    const head = table(page, LOADS).getByRole('button', { name: 'Instruction' });
    await head.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect((await column(page, LOADS, 4))[0]).toBe('sentiment');
    expect((await column(page, LOADS, 4)).at(-1)).toBe('none');
  });

  test('figures that were not measured go last both ways', async () => {
    const { page } = await open(renderRunReport(interruptedRecord(), assets));
    const claims =
      'Claims of the config against the measurement: the dashed line is the bound, the bar the 95\u00a0% interval';
    expect(await page.locator('.table').count()).toBeGreaterThan(3);
    const caption = (await page.locator('#claims caption').textContent()) ?? claims;
    const head = page.locator('#claims').getByRole('button', { name: 'Measured' });
    await head.click();
    const ascending = await column(page, caption, 3);
    expect(ascending).toEqual(['0.270', '0.894', '0.975', '2048']);
  });

  test('a value is read where row and column meet', async () => {
    const { page } = await open(small);
    const row = table(page, 'Classification: scores of every quality cell').locator('tbody tr', {
      has: page.locator('th', { hasText: /^512$/ }),
      hasText: 'sentimentfloat32',
    });
    expect(await row.locator('td').nth(3).textContent()).toMatch(/^0\.895/);
  });
});

describe('the filter', () => {
  test('hides other values everywhere, keeps the choice in the address, and shows all again', async () => {
    const { page } = await open(small);
    const rows = page.locator('[aria-label="Every load cell"] tbody tr:not(.off)');
    const marks = page.locator('svg.plot [data-k]:not(.off)');
    const all = await marks.count();
    await page.locator('.filter fieldset[data-axis="batchSize"] label', { hasText: /^32$/ }).click();
    expect(await rows.count()).toBe(8);
    expect(new Set(await rows.locator('th').allTextContents())).toEqual(new Set(['32']));
    expect(await marks.count()).toBeLessThan(all);
    expect(new URL(page.url()).hash).toBe('#batchSize=32');
    await page.locator('.filter fieldset[data-axis="dimensions"] label', { hasText: /^512$/ }).click();
    expect(await rows.count()).toBe(4);
    expect(await page.locator('.filter .state').textContent()).toBe('512 · 32');
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await rows.count()).toBe(24);
    expect(new URL(page.url()).hash).toBe('');
    expect(await marks.count()).toBe(all);
  });

  test('is restored from the address, together with the place', async () => {
    const { page } = await open(small, { hash: '#dimensions=512&instruction=sentiment&at=load' });
    const rows = page.locator('[aria-label="Every load cell"] tbody tr:not(.off)');
    expect(await rows.count()).toBe(6);
    expect(
      await page
        .locator('.filter input:checked')
        .evaluateAll((all) => all.map((i) => (i as HTMLInputElement).value)),
    ).toEqual(['512', 'sentiment']);
    await page.waitForFunction(() => {
      const { top } = document.getElementById('load')!.getBoundingClientRect();
      return top > -5 && top < 120;
    });
    await page.locator('.contents a', { hasText: 'Memory' }).click();
    expect(new URL(page.url()).hash).toBe('#dimensions=512&instruction=sentiment&at=memory');
    await page.reload();
    expect(await rows.count()).toBe(6);
  });

  test('works by keyboard and on a phone, where it starts folded', async () => {
    const { page } = await open(small, { viewport: { width: 390, height: 800 } });
    const summary = page.locator('.filter summary');
    expect(await page.locator('.filter fieldset').first().isVisible()).toBe(false);
    await summary.focus();
    await page.keyboard.press('Enter');
    await page.locator('.filter input[name="dtype"][value="int8"]').focus();
    await page.keyboard.press('Space');
    expect(await summary.textContent()).toContain('int8');
    expect(new URL(page.url()).hash).toBe('#dtype=int8');
  });
});

describe('figures', () => {
  test('tell the figure under the pointer', async () => {
    const { page } = await open(small);
    const chart = page.locator('.chart[aria-label="Chart: Accuracy by instruction"]');
    await chart.scrollIntoViewIfNeeded();
    const last = chart.locator('svg [data-k] >> nth=-1');
    const { x, y, width, height } = (await last.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.locator('#tip:not([hidden])').waitFor();
    expect(await page.locator('#tip').textContent()).toMatch(/sentiment/);
    await page.mouse.move(4, 4);
    expect(await page.locator('#tip').isVisible()).toBe(false);
  });

  test('are read by arrow keys, aloud', async () => {
    const { page } = await open(small);
    const chart = page.locator('.chart[aria-label="Chart: Accuracy by instruction"]');
    await chart.focus();
    await chart.press('Home');
    const first = await page.locator('#live').textContent();
    expect(first).toMatch(/32 dimensions|0\.7/);
    await chart.press('ArrowRight');
    const second = await page.locator('#live').textContent();
    expect(second).not.toBe(first);
    expect(await page.locator('#tip').textContent()).toBe(second);
    await chart.press('Escape');
    expect(await page.locator('#tip').isVisible()).toBe(false);
  });

  test('the map tells its points and changes its colours', async () => {
    const { page } = await open(small);
    const map = page.locator('.map').first();
    await map.scrollIntoViewIfNeeded();
    await map.locator('.chart').focus();
    await map.locator('.chart').press('ArrowRight');
    expect(await page.locator('#live').textContent()).toMatch(/row-\d+|negative|neutral|positive/);
    expect(await map.locator('.legend').textContent()).toContain('neutral');
    await page.locator('#map-label').selectOption('domain');
    expect(await map.locator('.legend').textContent()).toContain('restaurants');
  });
});

describe('the error view', () => {
  const openErrors = async (html: string) => {
    const { page } = await open(html);
    await page.locator('#errors').scrollIntoViewIfNeeded();
    await page.locator('#error-view .items').waitFor();
    return page;
  };
  const count = (page: Page) => page.locator('.error-count').textContent();

  test('goes from the confusion matrix to its items and their neighbours', async () => {
    const page = await openErrors(small);
    expect(await page.locator('#error-sample').isVisible()).toBe(false);
    expect(await count(page)).toBe('57 of 600 held-out items are classified wrongly.');
    await page.getByRole('button', { name: '15 items: positive taken for negative' }).click();
    expect(await count(page)).toBe('15 of 600 held-out items with true class positive taken for negative.');
    expect(await page.locator('.items [role="option"]').first().getAttribute('aria-setsize')).toBe('15');
    const rows = page.locator('.detail tbody tr');
    expect(await rows.count()).toBe(SMALL.dimensions.length);
    expect(await page.locator('.detail').textContent()).toContain('✕ negative');
    await page.locator('#error-first').selectOption('512 dimensions · none · float32');
    const nearest = page.locator('.nearest');
    for (let step = 0; (await nearest.count()) === 0 && step < 60; step++) {
      await page.locator('.items').press('ArrowDown');
    }
    expect(await nearest.locator('summary').allTextContents()).toEqual([
      'Nearest at 512 dimensions · none',
      'Nearest at 2560 dimensions · none',
    ]);
    expect(await page.locator('.nearest[open] summary').allTextContents()).toEqual([
      'Nearest at 512 dimensions · none',
    ]);
    expect(await page.locator('.nearest[open] li').count()).toBe(5);
  });

  test('lists the items on which two cells differ, and finds words', async () => {
    const page = await openErrors(small);
    await page.getByLabel('Differ from').selectOption('32 dimensions · sentiment · float32');
    const differing = Number.parseInt((await count(page))!, 10);
    await page.getByLabel('Show').selectOption('only the first is right');
    const gained = Number.parseInt((await count(page))!, 10);
    expect(gained).toBeGreaterThan(0);
    expect(gained).toBeLessThan(differing);
    await page.getByLabel('Find').fill('battery');
    const titles = await page.locator('.items .text-line').allTextContents();
    expect(titles.length).toBeGreaterThan(0);
    for (const title of titles) expect(title.toLowerCase()).toContain('battery');
  });

  test('carries 10,000 wrong items and keeps only those in view in the page', async () => {
    const page = await openErrors(renderRunReport(wrongRecord(), assets));
    expect(await count(page)).toBe('10000 of 10000 held-out items are classified wrongly.');
    const options = page.locator('.items [role="option"]');
    expect(await options.count()).toBeLessThan(40);
    await page.locator('.items').press('End');
    expect(await page.locator('.items [aria-selected="true"]').getAttribute('aria-posinset')).toBe('10000');
    expect(await page.locator('.detail h4').first().textContent()).toBe('row-10000');
    expect(await options.count()).toBeLessThan(40);
    await page.locator('.items').evaluate((list) => list.scrollTo({ top: 0 }));
    await page.waitForFunction(() => document.querySelector('.items [aria-posinset="1"]') !== null);
    await page.locator('.items').press('Home');
    await page.locator('.items').press('PageDown');
    expect(
      Number(await page.locator('.items [aria-selected="true"]').getAttribute('aria-posinset')),
    ).toBeGreaterThan(3);
  });
});
