import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** axe-core looks at every element: on a busy machine that takes a while for a page of hundreds of cells. */
export const AXE_TIMEOUT_MS = 120_000;

/** Opens every disclosure and lays out every section, so that nothing on the page is left unseen. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const section of document.querySelectorAll<HTMLElement>('main > section')) {
      section.style.contentVisibility = 'visible';
    }
  });
}

/** What axe-core calls serious or critical, one line each: rule, and the first place. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0]?.target.join(' ')} ${nodes[0]?.html ?? ''}`);
}

/** Pixels by which the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
