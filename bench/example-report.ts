/**
 * Measures `configs/default.yaml` and makes the committed example of it: `results/example/` (record and report)
 * and the README's picture, the report's first screen in Chromium.
 *
 *   npm run bench bench/example-report.ts
 *
 * With `--redraw` the record that is there is drawn anew and nothing is measured.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '../test/report/chromium.ts';

const { values: options } = parseArgs({ options: { redraw: { type: 'boolean', default: false } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const example = join(root, 'results', 'example');
const report = join(example, 'report.html');

if (!options.redraw) measure();
dimsweep('report', example);
await takePicture(join(root, 'docs', 'report.png'));
console.log('results/example/report.html and docs/report.png are up to date');

function dimsweep(...args: string[]): void {
  execFileSync(process.execPath, ['dist/cli/main.js', ...args], { cwd: root, stdio: 'inherit' });
}

/** Measures beside the example, so that a run that fails leaves the old one whole. */
function measure(): void {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-example-'));
  try {
    dimsweep('run', 'configs/default.yaml', '--out', join(folder, 'run'));
    mkdirSync(example, { recursive: true });
    copyFileSync(join(folder, 'run', 'record.json'), join(example, 'record.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function takePicture(path: string): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path });
  } finally {
    await browser.close();
  }
}
