/**
 * Bundles the report's browser script to `dist/report/browser.js` and copies templates and stylesheets beside
 * it, so that a packed tarball can render reports.
 */
import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sources = fileURLToPath(new URL('../report/', import.meta.url));
const out = fileURLToPath(new URL('../../dist/report/', import.meta.url));

mkdirSync(out, { recursive: true });
await build({
  entryPoints: [`${sources}browser/main.ts`],
  outfile: `${out}browser.js`,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
});
for (const folder of ['templates', 'styles'])
  cpSync(`${sources}${folder}`, `${out}${folder}`, { recursive: true });
