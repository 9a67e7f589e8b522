import { withVisibleText } from '../core/visible-text.ts';
import { comparisonAnswer } from './comparison/comparison-answer.ts';
import { comparisonMethodSection } from './comparison/comparison-method.ts';
import { type ComparedRuns, type ComparisonView, comparisonView } from './comparison/comparison-view.ts';
import { differencesSection } from './comparison/differences-section.ts';
import { comparedPageData, flipsSection } from './comparison/flips-section.ts';
import { runsSection } from './comparison/runs-section.ts';
import { scoreCurvesSection } from './comparison/score-curves.ts';
import { unmatchedSection } from './comparison/unmatched-section.ts';
import { badge } from './page/badge.ts';
import type { Section } from './page/blocks.ts';
import { filterAxes } from './page/filter-axes.ts';
import type { Header } from './page/header.ts';
import { renderPage } from './page/render-page.ts';
import type { ReportAssets } from './page/report-assets.ts';
import { comparisonWarnings } from './summaries/comparison-summary.ts';

/**
 * Two or more runs against one base as a self-contained HTML file: what must be known first, what got worse, every
 * figure side by side. Equal comparisons, records and assets give equal bytes.
 *
 * @throws RangeError unless there is one record for the base and one for each comparison
 */
export function renderComparisonReport(runs: ComparedRuns, assets: ReportAssets): string {
  const view = comparisonView(withVisibleText(runs));
  const sections = [
    differencesSection(view),
    unmatchedSection(view),
    scoreCurvesSection(view),
    flipsSection(view),
    runsSection(view),
    comparisonMethodSection(view),
  ].filter((section): section is Section => section !== undefined);
  const data = comparedPageData(view);
  const tags = view.tags.packed();
  const header = headerOf(view);
  return renderPage(
    {
      body: 'summary-answer',
      title: header.title,
      version: view.candidates[0]!.record.environment.dimsweep,
      header,
      answer: comparisonAnswer(view),
      sections: [{ id: 'answer', title: 'Answer', blocks: [] }, ...sections],
      axes: filterAxes(tags),
      data: { ...data, tags },
    },
    assets,
  );
}

function headerOf({ baseLabel, base, candidates }: ComparisonView): Header {
  const regressed = candidates.some(({ comparison }) =>
    comparison.differences.some(({ verdict }) => verdict === 'regressed'),
  );
  return {
    kind: candidates[0]!.comparison.mode === 'self' ? 'calibration' : 'comparison',
    title: `${candidates.map(({ label }) => label).join(', ')} against ${baseLabel}`,
    status: regressed ? badge('bad', 'regressed') : badge('note', 'nothing shown to be worse'),
    particulars: [
      { term: 'Base', value: base.runId },
      ...candidates.map(({ record }) => ({ term: 'Candidate', value: record.runId })),
      { term: 'Data', value: base.dataset.name },
    ],
    doubtsTitle: 'Read this first',
    doubts: candidates.flatMap(({ label, comparison }) =>
      comparisonWarnings(comparison).map((warning) =>
        candidates.length > 1 ? `${label}: ${warning}` : warning,
      ),
    ),
    source: 'the records of the runs',
  };
}
