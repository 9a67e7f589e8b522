import { historyModel } from '../../report/history/build-history.ts';
import { historyText } from '../../report/history/history-text.ts';
import { renderHistoryPage } from '../../report/render-history-page.ts';
import { loadReportAssets } from '../../run/report-assets.ts';
import { readHistory } from '../../store/history.ts';
import { command } from '../command.ts';
import { RESULTS_OPTION } from '../options.ts';
import { outputOption, readOutputs, writeOutputs } from '../outputs.ts';

const FORMATS = ['text', 'html', 'json'] as const;

/** Follows figures over the runs of a results folder and finds where they stepped. */
export const history = command({
  usage: 'history',
  summary: 'metrics over runs, and the commits between which they stepped',
  options: (y) =>
    y
      .option('metric', {
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'metric or score key to follow; repeatable; default: the headlines',
      })
      .option('config', { type: 'string', describe: 'only runs of the config of this name' })
      .option('branch', { type: 'string', describe: 'only runs of this branch' })
      .option('output', outputOption(FORMATS, 'text'))
      .option('results', RESULTS_OPTION)
      .example('$0 history', 'where every headline stands, and its steps')
      .example('$0 history --metric accuracy --output html=history.html', 'one metric, as a page'),
  async act({ metric, config, branch, output, results }, { terminal }) {
    const outputs = readOutputs(output, FORMATS);
    const model = historyModel(readHistory(results), {
      ...(metric === undefined ? {} : { metrics: metric }),
      ...(config === undefined ? {} : { config }),
      ...(branch === undefined ? {} : { branch }),
    });
    const render = {
      text: () => historyText(model, terminal.columns),
      html: () => renderHistoryPage(model, loadReportAssets()),
      json: () => `${JSON.stringify(model, undefined, 2)}\n`,
    };
    writeOutputs(outputs, (format) => render[format](), terminal);
  },
});
