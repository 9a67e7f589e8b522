import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../core/errors.ts';
import type { ReportAssets } from '../report/page/report-assets.ts';

/** Stylesheets in the order in which they build on each other. */
const STYLESHEETS = ['tokens', 'page', 'answer', 'blocks', 'charts', 'error-view', 'print'] as const;

let loaded: ReportAssets | undefined;

/**
 * Reads the report's templates, styles and browser script. Published code finds them beside itself in `dist/`;
 * sources take the templates and styles from `src/` and the script, which is bundled at build time, from `dist/`.
 *
 * @throws UsageError when the script was never built
 */
export function loadReportAssets(): ReportAssets {
  loaded ??= {
    templates: readTemplates(new URL('../report/templates/', import.meta.url)),
    styles: STYLESHEETS.map((name) => read(new URL(`../report/styles/${name}.css`, import.meta.url))).join(
      '\n',
    ),
    script: readScript(),
  };
  return loaded;
}

function readTemplates(folder: URL): Record<string, string> {
  const files = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.hbs'));
  return Object.fromEntries(
    files.map((file) => [file.slice(0, -'.hbs'.length), read(new URL(file, folder))]),
  );
}

function readScript(): string {
  const compiled = import.meta.url.includes('/src/run/')
    ? new URL('../../dist/report/browser.js', import.meta.url)
    : new URL('../report/browser.js', import.meta.url);
  try {
    return read(compiled);
  } catch (error) {
    throw new UsageError('The report’s browser script is missing.', {
      where: fileURLToPath(compiled),
      hint: 'Run `npm run build`.',
      cause: error,
    });
  }
}

/** Text as it stands in the page: hashes in the content security policy are over exactly this. */
function read(file: URL): string {
  return readFileSync(file, 'utf8').trim();
}
