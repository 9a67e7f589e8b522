import Handlebars from 'handlebars';
import { contentSecurityPolicy } from './content-security.ts';
import { scriptJson, trustedMarkup } from './markup.ts';
import type { ReportAssets } from './report-assets.ts';

/** What every page has, whatever it shows. */
export interface Page {
  /** Template that holds the page together, and the one that comes before the sections. */
  readonly template: string;
  readonly body: string;
  readonly title: string;
  readonly version: string;
  /** Serialised into the page for its script. */
  readonly data: unknown;
  /** Further members that the templates read. */
  readonly [member: string]: unknown;
}

type Render = (page: object) => string;
const compiled = new WeakMap<ReportAssets, Map<string, Render>>();

/** Renders a page as one self-contained HTML file. Values are escaped unless they are {@link trustedMarkup}. */
export function renderPage(page: Page, assets: ReportAssets): string {
  return rendererOf(
    assets,
    page.template,
  )({
    ...page,
    contentSecurityPolicy: contentSecurityPolicy(assets.styles, assets.script),
    styles: trustedMarkup(assets.styles),
    script: trustedMarkup(assets.script),
    data: scriptJson(page.data),
  });
}

/** Compiling takes longer than rendering: once per set of assets and template. */
function rendererOf(assets: ReportAssets, template: string): Render {
  let renderers = compiled.get(assets);
  if (renderers === undefined) {
    renderers = new Map();
    compiled.set(assets, renderers);
  }
  let render = renderers.get(template);
  if (render === undefined) {
    render = compile(assets, template);
    renderers.set(template, render);
  }
  return render;
}

function compile({ templates }: ReportAssets, template: string): Render {
  const handlebars = Handlebars.create();
  for (const [name, source] of Object.entries(templates)) handlebars.registerPartial(name, source);
  return handlebars.compile(`{{> ${template}}}`, { knownHelpersOnly: true });
}
