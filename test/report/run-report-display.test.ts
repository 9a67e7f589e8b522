import { describe, expect, test } from 'vitest';
import { renderRunReport } from '../../src/report/render-run-report.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import { AXE_TIMEOUT_MS, overflowOf, seriousFindings, unfold } from './accessibility.ts';
import { useChromium } from './chromium.ts';
import { buildRecord } from './fixtures/record.ts';
import { SMALL } from './fixtures/sweep.ts';
import { emptyRecord, hostileRecord } from './fixtures/variants.ts';

const assets = loadReportAssets();
const small = renderRunReport(buildRecord(SMALL), assets);
const hostile = renderRunReport(hostileRecord(), assets);
const open = useChromium();

describe('a page for everyone', () => {
  test.each([
    ['light', small],
    ['dark', small],
    ['light', hostile],
    ['light', renderRunReport(emptyRecord(), assets)],
  ] as const)(
    'axe-core finds nothing serious, %s',
    async (colorScheme, html) => {
      const { page } = await open(html, { colorScheme });
      await unfold(page);
      await page.locator('#errors, #method').first().scrollIntoViewIfNeeded();
      if ((await page.locator('#errors').count()) > 0) await page.locator('#error-view .items').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    },
    AXE_TIMEOUT_MS,
  );

  test('the first stop of the keyboard skips to the answer', async () => {
    const { page } = await open(small);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the answer');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  test('every chart, table and control can be reached by keyboard and has a name', async () => {
    const { page } = await open(small);
    const nameless = await page
      .locator('.chart, .table, pre, summary, select, button, input')
      .evaluateAll((all) =>
        all
          .filter(
            (element) =>
              (element as HTMLElement).tabIndex < 0 ||
              !(
                element.getAttribute('aria-label') ??
                (element as HTMLInputElement).labels?.[0]?.textContent ??
                element.textContent
              ),
          )
          .map((element) => element.outerHTML.slice(0, 120)),
      );
    expect(nameless).toEqual([]);
  });
});

describe('dark mode', () => {
  test('follows the system, and charts follow with it', async () => {
    const { page } = await open(small, { colorScheme: 'light' });
    const colours = () =>
      page.evaluate(() => {
        const chart = document.querySelector('.chart svg path[stroke^="var"], .chart svg [stroke^="var"]')!;
        return {
          paper: getComputedStyle(document.documentElement).backgroundColor,
          ink: getComputedStyle(document.body).color,
          series: getComputedStyle(chart).stroke,
        };
      });
    const light = await colours();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await colours();
    expect(luminance(light.paper)).toBeGreaterThan(0.8);
    expect(luminance(dark.paper)).toBeLessThan(0.05);
    expect(contrast(dark.paper, dark.ink)).toBeGreaterThan(7);
    expect(contrast(dark.paper, dark.series)).toBeGreaterThan(4.5);
    expect(contrast(light.paper, light.series)).toBeGreaterThan(4.5);
  });
});

describe('print', () => {
  test('shows whole tables on white, without what only a screen can use', async () => {
    const { page } = await open(small, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    for (const only of ['.contents', '.filter', '.skip', '.map-tools']) {
      expect(await page.locator(only).first().isVisible()).toBe(false);
    }
    const clipped = await page
      .locator('.table.tall')
      .evaluateAll((all) => all.filter((box) => box.scrollHeight > box.clientHeight + 1).length);
    expect(clipped).toBe(0);
    const hiddenSections = await page
      .locator('main > section')
      .evaluateAll(
        (all) => all.filter((section) => getComputedStyle(section).contentVisibility !== 'visible').length,
      );
    expect(hiddenSections).toBe(0);
  });

  test('makes a PDF of more than a few pages', async () => {
    const { page } = await open(small);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(6);
  });
});

describe('a phone', () => {
  test.each([
    ['the report', small],
    ['hostile names', hostile],
  ])('%s needs no sideways scrolling at 320 pixels, everything opened', async (_, html) => {
    const { page } = await open(html, { viewport: { width: 320, height: 700 } });
    await unfold(page);
    if ((await page.locator('#errors').count()) > 0) {
      await page.locator('#errors').scrollIntoViewIfNeeded();
      await page.locator('#error-view .items').waitFor();
    }
    expect(await overflowOf(page)).toBe(0);
    const spilling = await page
      .locator('main *')
      .evaluateAll((all) =>
        all
          .filter(
            (element) =>
              element.getBoundingClientRect().right > window.innerWidth + 1 &&
              element.closest('.chart, .table, pre, .visually-hidden') === null,
          )
          .map((element) => element.outerHTML.slice(0, 120)),
      );
    expect(spilling).toEqual([]);
  });

  test('text in charts stays readable: none is drawn below 8 pixels', async () => {
    const { page } = await open(small, { viewport: { width: 320, height: 700 } });
    await unfold(page);
    const least = await page.locator('.chart svg.plot').evaluateAll((all) =>
      Math.min(
        ...all.map((svg) => {
          const { width } = svg.getBoundingClientRect();
          return (12 * width) / Number(svg.getAttribute('width'));
        }),
      ),
    );
    expect(least).toBeGreaterThanOrEqual(8);
  });
});

function luminance(colour: string): number {
  const [r, g, b] = colour.match(/[\d.]+/g)!.map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}
