import { UsageError } from '../core/errors.ts';
import type { ComparedRuns } from '../report/comparison/comparison-view.ts';
import { EXPORT_FORMATS, exportComparison } from '../report/exporters/exporters.ts';
import { renderComparisonReport } from '../report/render-comparison-report.ts';
import { loadReportAssets } from '../run/report-assets.ts';
import { type Output, readOutputs, writeOutputs } from './outputs.ts';
import type { Terminal } from './terminal.ts';

export const COMPARISON_FORMATS = ['html', ...EXPORT_FORMATS] as const;
type ComparisonFormat = (typeof COMPARISON_FORMATS)[number];

/** Formats that can hold several candidates. */
const SEVERAL: readonly ComparisonFormat[] = ['html', 'text', 'markdown'];

/**
 * Reads the `--output` values of a comparison.
 *
 * @throws UsageError for an unknown format, or one that takes a single candidate where there are several
 */
export function readComparisonOutputs(
  given: readonly string[],
  candidates: number,
): readonly Output<ComparisonFormat>[] {
  const outputs = readOutputs(given, COMPARISON_FORMATS);
  const single = outputs.find(({ format }) => !SEVERAL.includes(format));
  if (candidates > 1 && single !== undefined) {
    throw new UsageError(`${single.format} holds one candidate, and there are ${candidates}`, {
      where: `--output ${single.format}`,
      hint: `Compare them one by one, or write ${SEVERAL.join(', ')}.`,
    });
  }
  return outputs;
}

/** Writes candidates against their base in every format that is asked for. */
export function writeComparison(
  outputs: readonly Output<ComparisonFormat>[],
  runs: ComparedRuns,
  terminal: Terminal,
): void {
  const render = (format: ComparisonFormat): string =>
    format === 'html'
      ? renderComparisonReport(runs, loadReportAssets())
      : runs.comparisons
          .map((comparison) => exportComparison(format, comparison, { columns: terminal.columns }))
          .join('\n');
  writeOutputs(outputs, render, terminal);
}
