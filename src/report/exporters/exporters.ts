import type { RunRecord } from '../../core/record/run-record.ts';
import { withVisibleText } from '../../core/visible-text.ts';
import { runSummary } from '../summaries/run-summary.ts';
import { renderText } from './text/render-text.ts';

export interface ExportOptions {
  /** Columns of the terminal; tables keep between 80 and 110. */
  readonly columns?: number;
}

/** One way to write a result down, for people or for another program. */
export interface Exporter {
  readonly description: string;
  run(record: RunRecord, options: ExportOptions): string;
}

const DEFAULT_COLUMNS = 100;

export const EXPORTERS = {
  text: {
    description: 'short tables for a terminal',
    run: (record, options) => renderText(runSummary(withVisibleText(record)), tableColumns(options)),
  },
} as const satisfies Record<string, Exporter>;

export type ExportFormat = keyof typeof EXPORTERS;

function tableColumns({ columns = DEFAULT_COLUMNS }: ExportOptions): number {
  return Math.min(110, Math.max(80, columns));
}

/** The run in the given format, its last line ended. Pure: equal records give equal texts. */
export function exportRun(format: ExportFormat, record: RunRecord, options: ExportOptions = {}): string {
  return EXPORTERS[format].run(record, options);
}
