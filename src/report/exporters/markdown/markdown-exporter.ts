import { withVisibleText } from '../../../core/visible-text.ts';
import { comparisonSummary } from '../../summaries/comparison-summary.ts';
import { gateSummary } from '../../summaries/gate-summary.ts';
import { runSummary } from '../../summaries/run-summary.ts';
import type { Exporter } from '../exporter.ts';
import { renderMarkdown } from './render-markdown.ts';

/** What GitHub takes as the body of a comment. It takes 1 MiB as a job summary, so that this fits there too. */
const MOST_CHARACTERS = 65_536;

/** GitHub-flavoured Markdown for a pull-request comment or a job summary: short, worst first, details folded. */
export const markdownExporter: Exporter = {
  description: 'Markdown for a pull-request comment or a job summary',
  extension: 'md',
  run: (record) => renderMarkdown(runSummary(withVisibleText(record)), MOST_CHARACTERS),
  comparison: (comparison) => renderMarkdown(comparisonSummary(withVisibleText(comparison)), MOST_CHARACTERS),
  gate: (gate) => renderMarkdown(gateSummary(withVisibleText(gate)), MOST_CHARACTERS),
};
