import type { PageData } from '../page/page-data.ts';

let parsed: PageData | undefined;

/** The page's data, parsed when something first needs it. */
export function pageData(): PageData {
  parsed ??= JSON.parse(document.getElementById('page-data')!.textContent!) as PageData;
  return parsed;
}
