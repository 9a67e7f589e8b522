/**
 * Size of a run's report and how soon it reacts, in Chromium, opened from disk: a run of 200 load cells and 3,000
 * items, whose report must stay below 3 MB and be interactive within 1 s on two cores; and the error view over
 * 10,000 wrong items, whose frames must stay short while it is scrolled and searched.
 *
 *   npm run build && npx tsx bench/report-page.ts [--rounds 7]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { RunRecord } from '../src/core/record/run-record.ts';
import { renderRunReport } from '../src/report/render-run-report.ts';
import { loadReportAssets } from '../src/run/report-assets.ts';
import { median } from '../src/stats/moments.ts';
import { launchChromium } from '../test/report/chromium.ts';
import { buildRecord } from '../test/report/fixtures/record.ts';
import { LARGE } from '../test/report/fixtures/sweep.ts';
import { wrongRecord } from '../test/report/fixtures/variants.ts';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const rounds = Number(options.rounds);
const folder = mkdtempSync(join(tmpdir(), 'dimsweep-bench-'));
const assets = loadReportAssets();
const browser = await launchChromium();
try {
  const large = write('large', buildRecord(LARGE));
  const starts = await repeat(() => measureStart(browser, large.url));
  console.log(
    `200 load cells, 3,000 items: ${(large.bytes / 1e6).toFixed(2)} MB, rendered in ${large.ms.toFixed(0)} ms`,
  );
  line('  script done after navigation start', starts, ({ scriptMs }) => scriptMs);
  line(
    '  first sort answered and drawn, after navigation start',
    starts,
    ({ interactiveMs }) => interactiveMs,
  );
  line('  longest task until then', starts, ({ longestTaskMs }) => longestTaskMs);

  const wrong = write('wrong', wrongRecord());
  const views = await repeat(() => measureErrorView(browser, wrong.url));
  console.log(`error view over 10,000 wrong items: ${(wrong.bytes / 1e6).toFixed(2)} MB`);
  line('  median frame while scrolling end to end', views, ({ frameMs }) => frameMs);
  line('  longest frame while scrolling', views, ({ longestFrameMs }) => longestFrameMs);
  line('  a letter in the search, drawn', views, ({ searchMs }) => searchMs);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

function write(name: string, record: RunRecord) {
  const start = performance.now();
  const html = renderRunReport(record, assets);
  const ms = performance.now() - start;
  const path = join(folder, `${name}.html`);
  writeFileSync(path, html);
  return { url: pathToFileURL(path).href, bytes: Buffer.byteLength(html), ms };
}

async function repeat<T>(run: () => Promise<T>): Promise<T[]> {
  const outcomes: T[] = [];
  for (let round = 0; round < rounds; round++) outcomes.push(await run());
  return outcomes;
}

function line<T>(name: string, outcomes: readonly T[], figure: (outcome: T) => number): void {
  const all = outcomes.map(figure);
  console.log(
    `${name.padEnd(58)} ${median(all).toFixed(0)} ms (${Math.min(...all).toFixed(0)}–${Math.max(...all).toFixed(0)})`,
  );
}

async function withPage<T>(chromium: Browser, url: string, use: (page: Page) => Promise<T>): Promise<T> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, offline: true });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  const outcome = await use(page);
  await context.close();
  return outcome;
}

/** From the start of the navigation until the page has answered a click with a frame. */
function measureStart(chromium: Browser, url: string) {
  return withPage(chromium, url, (page) =>
    page.evaluate(async () => {
      const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const tasks: number[] = [];
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      }).observe({ type: 'longtask', buffered: true });
      const clicked = performance.now();
      document.querySelector<HTMLButtonElement>('#load thead th button')!.click();
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      const answerMs = performance.now() - clicked;
      return {
        scriptMs: navigation!.domContentLoadedEventEnd,
        interactiveMs: navigation!.domContentLoadedEventEnd + answerMs,
        longestTaskMs: Math.max(0, ...tasks),
      };
    }),
  );
}

/** Frames while the whole list runs by in 120 steps, and the answer to a search. */
function measureErrorView(chromium: Browser, url: string) {
  return withPage(chromium, url, async (page) => {
    await page.locator('#errors').scrollIntoViewIfNeeded();
    await page.locator('#error-view .items').waitFor();
    return await page.evaluate(async () => {
      const list = document.querySelector('#error-view .items')!;
      const frames: number[] = [];
      let before = await new Promise<number>(requestAnimationFrame);
      for (let step = 1; step <= 120; step++) {
        list.scrollTop = (step / 120) * list.scrollHeight;
        const now = await new Promise<number>(requestAnimationFrame);
        frames.push(now - before);
        before = now;
      }
      const query = document.querySelector<HTMLInputElement>('#error-query')!;
      const start = performance.now();
      query.value = 'b';
      query.dispatchEvent(new Event('input'));
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      const searchMs = performance.now() - start;
      const sorted = frames.toSorted((a, b) => a - b);
      return { frameMs: sorted[60]!, longestFrameMs: sorted.at(-1)!, searchMs };
    });
  });
}
