import { formatNumber } from '../../core/figure-text.ts';
import type { Block, Section } from '../page/blocks.ts';
import { heatMapBlocks } from './heat-maps.ts';
import { distributionBlocks } from './latency-distributions.ts';
import { loadCurveBlocks } from './load-curves.ts';
import { failureBlocks, loadTableBlocks } from './load-tables.ts';
import { timeBlocks } from './run-over-time.ts';
import type { RunView } from './run-view.ts';

export function loadSection(view: RunView): Section {
  const { load } = view.record;
  if (load.length === 0) {
    return {
      id: 'load',
      title: 'Latency and throughput',
      blocks: [{ kind: 'prose', paragraphs: ['No load cell was measured in this run.'] }],
    };
  }
  return {
    id: 'load',
    title: 'Latency and throughput',
    lead: validityLead(view),
    blocks: [
      ...loadCurveBlocks(view),
      ...subsection('Batch size × concurrency', heatMapBlocks(view)),
      ...subsection('Distributions and course', [...distributionBlocks(view), ...timeBlocks(view)]),
      ...subsection('All load cells', loadTableBlocks(view)),
      ...subsection('Failed requests', failureBlocks(view)),
    ],
  };
}

function subsection(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'subsection', title, blocks }];
}

function validityLead({ record }: RunView): string {
  const count = (verdict: string) => record.load.filter((row) => row.validity.verdict === verdict).length;
  const parts = [`${count('valid')} of ${formatNumber(record.load.length)} load cells are valid`];
  if (count('suspect') > 0) parts.push(`${count('suspect')} suspect, with their reasons below`);
  if (count('invalid') > 0) parts.push(`${count('invalid')} invalid, shown and left out of every decision`);
  return `${parts.join('; ')}.`;
}
