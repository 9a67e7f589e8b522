import { recommend } from '../compare/recommend.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { withVisibleText } from '../core/visible-text.ts';
import type { Section } from './page/blocks.ts';
import { filterAxes } from './page/filter-axes.ts';
import { renderPage } from './page/render-page.ts';
import type { ReportAssets } from './page/report-assets.ts';
import { createTagIndex } from './page/tags.ts';
import { answerSection } from './sections/answer-section.ts';
import { claimsSection } from './sections/claims-section.ts';
import { dataSection } from './sections/data-section.ts';
import { errorSection } from './sections/error-section.ts';
import { headerOf } from './sections/header.ts';
import { loadSection } from './sections/load-section.ts';
import { mapSection } from './sections/map-section.ts';
import { memorySection } from './sections/memory-section.ts';
import { methodSection } from './sections/method-section.ts';
import { pageDataOf } from './sections/page-data-of.ts';
import { qualitySection } from './sections/quality-section.ts';
import { reproduceSection } from './sections/reproduce-section.ts';
import type { RunView } from './sections/run-view.ts';
import { serverSection } from './sections/server-section.ts';
import { tradeOffSection } from './sections/trade-off-section.ts';

/**
 * One run's report as a self-contained HTML file: no request leaves it, it opens from disk, and it reads without
 * script. Equal records and assets give equal bytes.
 */
export function renderRunReport(record: RunRecord, assets: ReportAssets): string {
  const shown = withVisibleText(record);
  const view: RunView = { record: shown, answer: recommend(shown), tags: createTagIndex() };
  const sections = sectionsOf(view);
  const data = pageDataOf(view);
  return renderPage(
    {
      body: 'run-answer',
      title: shown.name,
      version: shown.environment.dimsweep,
      header: headerOf(view),
      answer: answerSection(view),
      sections: [{ id: 'answer', title: 'Answer', blocks: [] }, ...sections],
      axes: filterAxes(view.tags.packed()),
      data: { ...data, tags: view.tags.packed() },
    },
    assets,
  );
}

/** In the order in which a reader decides: what it is worth, what it costs, what went wrong, how it was done. */
function sectionsOf(view: RunView): Section[] {
  const sections = [
    claimsSection(view),
    qualitySection(view),
    tradeOffSection(view),
    loadSection(view),
    memorySection(view),
    errorSection(view),
    mapSection(view),
    dataSection(view),
    serverSection(view),
    reproduceSection(view),
    methodSection(view),
  ];
  return sections.filter((section) => section !== undefined);
}
