import { UsageError } from '../../core/errors.ts';
import { renderRunReport } from '../../report/render-run-report.ts';
import { loadReportAssets } from '../../run/report-assets.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { readRecord } from '../../store/record-file.ts';
import { runFolderAt } from '../../store/run-folder.ts';
import type { CommandContext } from '../command-context.ts';
import type { ReportArguments } from '../program.ts';
import { runReference } from '../run-reference.ts';

/** Redraws a run's report from its record, without a server. */
export async function report(args: ReportArguments, { terminal }: CommandContext): Promise<void> {
  const paths = args.runs.map((given) => runReference(given, args.results));
  const [path] = paths;
  if (path === undefined || paths.length > 1) throw new UsageError('one run');
  const file = args.out ?? runFolderAt(path).reportFile;
  writeFileAtomic(file, renderRunReport(readRecord(path), loadReportAssets()), 'the report');
  terminal.out(`${file}\n`);
}
