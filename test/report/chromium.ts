import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** A page opened from disk, with everything that it complained about or asked the network for. */
export interface OpenedPage {
  readonly page: Page;
  readonly path: string;
  /** Console errors, page errors and dialogs, in order. */
  readonly complaints: readonly string[];
  /** Addresses requested besides the file itself. */
  readonly requests: readonly string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** What stands behind `#`. */
  readonly hash?: string;
}

/** Starts Debian's Chromium once for the calling test file; pages of a test are closed behind it. */
export function useChromium(): (html: string, options?: OpenOptions) => Promise<OpenedPage> {
  let browser: Browser;
  let folder: string;
  let files = 0;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dimsweep-report-'));
    browser = await launchChromium();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return async (html, options = {}) => {
    const path = join(folder, `page-${files++}.html`);
    writeFileSync(path, html);
    return await openFile(browser, path, options);
  };
}

/** Chromium refuses its sandbox to root. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: process.getuid?.() !== 0 });
}

async function openFile(
  browser: Browser,
  path: string,
  { hash = '', ...context }: OpenOptions,
): Promise<OpenedPage> {
  const opened = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    offline: true,
    reducedMotion: 'reduce',
    ...context,
  });
  const page = await opened.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const url = pathToFileURL(path).href;
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) requests.push(request.url());
  });
  await page.goto(`${url}${hash}`);
  return { page, path, complaints, requests };
}
