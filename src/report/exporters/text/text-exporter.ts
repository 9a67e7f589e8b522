import { withVisibleText } from '../../../core/visible-text.ts';
import { comparisonSummary } from '../../summaries/comparison-summary.ts';
import { gateSummary } from '../../summaries/gate-summary.ts';
import { runSummary } from '../../summaries/run-summary.ts';
import type { Exporter, ExportOptions } from '../exporter.ts';
import { renderText } from './render-text.ts';

const USUAL_COLUMNS = 100;

/** Short tables for a terminal, worst first; readable without colour. */
export const textExporter: Exporter = {
  description: 'short tables for a terminal',
  extension: 'txt',
  run: (record, options) => renderText(runSummary(withVisibleText(record)), tableColumns(options)),
  comparison: (comparison, options) =>
    renderText(comparisonSummary(withVisibleText(comparison)), tableColumns(options)),
  gate: (gate, options) => renderText(gateSummary(withVisibleText(gate)), tableColumns(options)),
};

function tableColumns({ columns = USUAL_COLUMNS }: ExportOptions): number {
  return Math.min(110, Math.max(80, columns));
}
