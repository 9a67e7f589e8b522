import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderRunReport } from '../../src/report/render-run-report.ts';
import { loadReportAssets } from '../../src/run/report-assets.ts';
import { useChromium } from './chromium.ts';
import { HOSTILE, hostileRecord } from './fixtures/variants.ts';

declare global {
  interface Window {
    pwned?: unknown;
    violations?: string[];
  }
}

const html = renderRunReport(hostileRecord(), loadReportAssets());
const open = useChromium();

/** As a reader sees it: what could steer the line is written out. */
const SHOWN = [
  HOSTILE.script,
  HOSTILE.scriptEnd,
  HOSTILE.image,
  HOSTILE.attribute,
  HOSTILE.title,
  HOSTILE.template,
  HOSTILE.comment,
  'safe⟨U+202E⟩gnirts desrever',
  'line⟨U+2028⟩separator⟨U+2029⟩here',
  '⟨U+001B⟩[31mred⟨U+0007⟩',
];

describe('hostile text', () => {
  test('shows as text, and nothing of it becomes an element, an attribute or a script', async () => {
    const { page, complaints, requests } = await open(html);
    const shown = (await page.locator('#server .notices').textContent()) ?? '';
    for (const text of SHOWN) expect(shown).toContain(text);
    const found = await page.evaluate(() => ({
      pwned: window.pwned,
      title: document.title,
      scripts: document.scripts.length,
      strays: document.querySelectorAll('img, iframe, link, object, embed, base, style ~ style, form[action]')
        .length,
      handlers: [...document.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on')),
      ),
      comments: document.body.innerHTML.includes('<!--'),
    }));
    expect(found).toEqual({
      pwned: undefined,
      title: `${HOSTILE.formula} · dimsweep`,
      scripts: 2,
      strays: 0,
      handlers: [],
      comments: false,
    });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('review, label, instruction and model name stand where they belong', async () => {
    const { page } = await open(html);
    expect(await page.locator('.particulars').textContent()).toContain(HOSTILE.title);
    const labels = await page.locator('#data tbody th').allTextContents();
    expect(labels).toContain(HOSTILE.script);
    expect(await page.locator('#reproduce').textContent()).toContain(HOSTILE.image);
    const instructions = await page
      .locator('.filter fieldset[data-axis="instruction"] bdi')
      .allTextContents();
    expect(instructions).toEqual([HOSTILE.attribute, HOSTILE.scriptEnd]);
  });

  test('stays text where the script builds the page: tooltips, error view, map, filter, sorting', async () => {
    const { page, complaints } = await open(html);
    await page.locator('#errors').scrollIntoViewIfNeeded();
    await page.locator('#error-view .items').waitFor();
    expect(await page.locator('.confusion th bdi').allTextContents()).toContain(HOSTILE.script);
    for (const button of await page.locator('.confusion button').all()) await button.click();
    await page.locator('#error-view .items').press('End');
    const charts = page.locator('.chart');
    for (const chart of await charts.all()) {
      await chart.focus();
      for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'End']) await chart.press(key);
    }
    for (const head of await page.locator('#server thead th button').all()) await head.click();
    await page.locator('.filter label', { hasText: HOSTILE.attribute }).click();
    expect(decodeURIComponent(new URL(page.url()).hash)).toBe(`#instruction=${HOSTILE.attribute}`);
    await page.reload();
    expect(await page.locator('.filter .state').textContent()).toBe(HOSTILE.attribute);
    expect(
      await page.evaluate(() => [window.pwned, document.images.length, document.scripts.length]),
    ).toEqual([undefined, 0, 2]);
    expect(complaints).toEqual([]);
  });

  test('in the address is not obeyed', async () => {
    const { page, complaints } = await open(html, {
      hash: `#instruction=${encodeURIComponent(HOSTILE.image)}&__proto__=x&at=${encodeURIComponent(HOSTILE.script)}&%E0%A4%A=1`,
    });
    expect(await page.locator('.filter .state').textContent()).toContain(HOSTILE.image);
    expect(await page.evaluate(() => [window.pwned, document.images.length])).toEqual([undefined, 0]);
    expect(complaints).toEqual([]);
  });
});

describe('the content security policy', () => {
  let hits: string[];
  let address: string;
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' });
    response.end('window.pwned = "by request"');
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  /** Everything a script in the page could try, with the network on. */
  const attempts: Record<string, (address: string) => unknown> = {
    'connect-src fetch': (to) => fetch(`${to}/fetch`).catch(() => undefined),
    'connect-src beacon': (to) => navigator.sendBeacon(`${to}/beacon`, 'x'),
    'connect-src socket': (to) => new WebSocket(to.replace('http', 'ws')),
    'img-src image': (to) => {
      const image = new Image();
      image.src = `${to}/image`;
      document.body.append(image);
    },
    'script-src-elem script file': (to) => {
      const script = document.createElement('script');
      script.src = `${to}/script.js`;
      document.body.append(script);
    },
    'script-src-elem inline script': () => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = "inline"';
      document.body.append(script);
    },
    'style-src-elem stylesheet': (to) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = `${to}/style.css`;
      document.head.append(link);
    },
    'frame-src frame': (to) => {
      const frame = document.createElement('iframe');
      frame.src = `${to}/frame`;
      document.body.append(frame);
    },
    'script-src-attr handler': () => {
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.pwned = "handler"');
      document.body.append(button);
      button.click();
    },
    'form-action form': (to) => {
      const form = document.createElement('form');
      form.action = `${to}/form`;
      document.body.append(form);
      form.submit();
    },
  };

  test.each(Object.entries(attempts))('refuses %s', async (name, attempt) => {
    hits = [];
    const { page } = await open(html, { offline: false });
    await page.evaluate(() => {
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.violations!.push(event.effectiveDirective);
      });
    });
    await page.evaluate(attempt as (address: string) => void, address);
    await page.waitForFunction(() => window.violations!.length > 0);
    expect(await page.evaluate(() => [window.violations, window.pwned])).toEqual([
      [name.split(' ')[0]],
      undefined,
    ]);
    expect(hits).toEqual([]);
  });

  test('the same request arrives where no policy forbids it', async () => {
    hits = [];
    const { page } = await open('<!doctype html><title>no policy</title>', { offline: false });
    await page.evaluate((to) => fetch(`${to}/fetch`).then((response) => response.text()), address);
    expect(hits).toEqual(['/fetch']);
  });
});
