import { EXPORT_FORMATS, exportRun } from '../../report/exporters/exporters.ts';
import { renderRunReport } from '../../report/render-run-report.ts';
import { loadReportAssets } from '../../run/report-assets.ts';
import { readRecord } from '../../store/record-file.ts';
import { runFolderAt } from '../../store/run-folder.ts';
import { command } from '../command.ts';
import { RESULTS_OPTION } from '../options.ts';
import { outputOption, readOutputs, writeOutputs } from '../outputs.ts';
import { runReference } from '../run-reference.ts';

const FORMATS = ['html', ...EXPORT_FORMATS] as const;

/** Redraws a run's report from its record, without a server. */
export const report = command({
  usage: 'report <run>',
  summary: 'redraw a report from a run’s record',
  options: (y) =>
    y
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'run folder or record file; latest is the newest run',
      })
      .option('output', outputOption(FORMATS, 'html'))
      .option('results', RESULTS_OPTION)
      .example('$0 report latest', 'write report.html anew, beside its record')
      .example('$0 report latest --output csv=cells.csv --output text', 'a file, and a table on stdout'),
  async act(args, { terminal }) {
    const path = runReference(args.run, args.results);
    const record = readRecord(path);
    const outputs = readOutputs(args.output, FORMATS).map((output) =>
      output.format === 'html' && output.file === undefined
        ? { ...output, file: runFolderAt(path).reportFile }
        : output,
    );
    const render = (format: (typeof FORMATS)[number]): string =>
      format === 'html'
        ? renderRunReport(record, loadReportAssets())
        : exportRun(format, record, { columns: terminal.columns });
    writeOutputs(outputs, render, terminal);
  },
});
