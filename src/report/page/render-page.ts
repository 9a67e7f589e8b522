import Handlebars from 'handlebars';
import type { Section } from './blocks.ts';
import { contentSecurityPolicy } from './content-security.ts';
import type { FilterAxis } from './filter-axes.ts';
import type { Header } from './header.ts';
import { scriptJson, trustedMarkup } from './markup.ts';
import type { ReportAssets } from './report-assets.ts';

/** What every page has, whatever it shows. */
export interface Page {
  /** Template that comes before the sections. */
  readonly body: 'run-answer' | 'summary-answer';
  readonly title: string;
  readonly version: string;
  readonly header: Header;
  /** With an entry for the answer, which the body shows. */
  readonly sections: readonly Section[];
  /** The axes that the page can be filtered by. */
  readonly axes: readonly FilterAxis[];
  /** Serialised into the page for its script. */
  readonly data: unknown;
  /** Further members that the templates read. */
  readonly [member: string]: unknown;
}

type Render = (page: object) => string;
const compiled = new WeakMap<ReportAssets, Render>();

/** Renders a page as one self-contained HTML file. Values are escaped unless they are {@link trustedMarkup}. */
export function renderPage(page: Page, assets: ReportAssets): string {
  return rendererOf(assets)({
    ...page,
    contentSecurityPolicy: contentSecurityPolicy(assets.styles, assets.script),
    styles: trustedMarkup(assets.styles),
    script: trustedMarkup(assets.script),
    data: scriptJson(page.data),
  });
}

/** Compiling takes longer than rendering: once per set of assets. */
function rendererOf(assets: ReportAssets): Render {
  let render = compiled.get(assets);
  if (render === undefined) {
    render = compile(assets);
    compiled.set(assets, render);
  }
  return render;
}

function compile({ templates }: ReportAssets): Render {
  const handlebars = Handlebars.create();
  for (const [name, source] of Object.entries(templates)) handlebars.registerPartial(name, source);
  return handlebars.compile('{{> layout}}', { knownHelpersOnly: true });
}
