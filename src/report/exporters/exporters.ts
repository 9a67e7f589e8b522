import type { Comparison } from '../../compare/comparison.ts';
import type { GateResult } from '../../compare/gate-result.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { csvExporter } from './csv/csv-exporter.ts';
import type { Exporter, ExportOptions } from './exporter.ts';
import { githubExporter } from './github/github-exporter.ts';
import { jsonExporter } from './json/json-exporter.ts';
import { junitExporter } from './junit/junit-exporter.ts';
import { markdownExporter } from './markdown/markdown-exporter.ts';
import { textExporter } from './text/text-exporter.ts';
import { bmfExporter } from './tracking/bmf-exporter.ts';
import { smallerIsBetterExporter } from './tracking/smaller-is-better-exporter.ts';

/** Every format but HTML, by the name that `--format` takes. Each writes runs, comparisons and gates. */
export const EXPORTERS = {
  text: textExporter,
  markdown: markdownExporter,
  csv: csvExporter,
  json: jsonExporter,
  junit: junitExporter,
  github: githubExporter,
  bmf: bmfExporter,
  'github-action-benchmark': smallerIsBetterExporter,
} as const satisfies Record<string, Exporter>;

export type ExportFormat = keyof typeof EXPORTERS;

export const EXPORT_FORMATS = Object.keys(EXPORTERS) as readonly ExportFormat[];

export function exportRun(format: ExportFormat, record: RunRecord, options: ExportOptions = {}): string {
  return EXPORTERS[format].run(record, options);
}

export function exportComparison(
  format: ExportFormat,
  comparison: Comparison,
  options: ExportOptions = {},
): string {
  return EXPORTERS[format].comparison(comparison, options);
}

export function exportGate(format: ExportFormat, gate: GateResult, options: ExportOptions = {}): string {
  return EXPORTERS[format].gate(gate, options);
}
