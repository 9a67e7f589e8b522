import { formatPercent, metricName } from '../../core/figure-text.ts';
import type { Section } from '../page/blocks.ts';
import type { RunView } from './run-view.ts';

/** How the figures were made, for a reader who wants to know what a number means. */
export function methodSection({ answer }: RunView): Section {
  const metric = answer.metric === undefined ? 'quality' : metricName(answer.metric);
  return {
    id: 'method',
    title: 'Method',
    blocks: [
      {
        kind: 'facts',
        facts: [
          {
            term: 'Recommendations',
            value: 'Decided by the rules printed beside them, before any figure was seen.',
            detail: `Equal means within ${formatPercent(answer.margin)} of the best ${metric}, shown by a paired test. Values that cannot be told apart are ties. The winner is the best of many measured cells: expect a little less when it is measured again.`,
          },
          {
            term: 'Latency',
            value:
              'Service latency runs from sending a request to its last byte; response latency from when it was due.',
            detail:
              'Decoding is neither. In a closed loop both are the same. Percentiles are nearest-rank over pooled requests of all trials; intervals are order-statistic, 95 %. A percentile that its sample cannot carry is left out.',
          },
          {
            term: 'Throughput',
            value: 'Answered requests, texts and tokens per second of the timed windows.',
            detail:
              'Warm-up is not counted; texts of a window were not sent before in this run unless the cache mode says so.',
          },
          {
            term: 'Validity',
            value:
              'valid counts; suspect counts and says why to doubt it; invalid is shown and decides nothing.',
          },
          {
            term: 'Quality',
            value:
              'Vectors are fetched once per instruction at full width, cut and renormalised on the client.',
            detail:
              'Intervals are Wilson for shares and bootstrap for the rest, 95 %, each point by itself. Comparisons are paired on the same items, with Holm’s correction over the question’s family.',
          },
          {
            term: 'Frontier',
            value:
              'Kept: no other configuration is at least as good in quality, latency, texts/s and bytes, and better in one.',
          },
          {
            term: 'Units',
            value:
              'Times are milliseconds, ratios 0–1, sizes decimal (GB = 10⁹ bytes), and a figure that was not measured is a dash.',
          },
        ],
      },
    ],
  };
}
