import type { Comparison } from '../../compare/comparison.ts';
import type { GateResult } from '../../compare/gate-result.ts';
import type { RunRecord } from '../../core/record/run-record.ts';

export interface ExportOptions {
  /** Columns of the terminal; tables keep between 80 and 110. */
  readonly columns?: number;
}

/**
 * One way to write results down, for people or for another program. Pure: equal results give equal texts, whose
 * last line is ended. Names and texts in them are hostile until the exporter has made them harmless in its format.
 */
export interface Exporter {
  /** One line for `--help`. */
  readonly description: string;
  /** Ending of a file that holds it, without the dot. */
  readonly extension: string;
  run(record: RunRecord, options: ExportOptions): string;
  comparison(comparison: Comparison, options: ExportOptions): string;
  gate(gate: GateResult, options: ExportOptions): string;
}
