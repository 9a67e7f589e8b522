import { formatPercent } from '../../core/figure-text.ts';
import type { Section } from '../page/blocks.ts';
import type { ComparisonView } from './comparison-view.ts';

/** How a verdict is reached, for a reader who wants to know what one means. */
export function comparisonMethodSection({ candidates }: ComparisonView): Section {
  const { alpha, noiseFloor, mode } = candidates[0]!.comparison;
  const families = candidates.map(({ comparison }) => comparison.family).join(', ');
  return {
    id: 'method',
    title: 'Method',
    blocks: [
      {
        kind: 'facts',
        facts: [
          {
            term: 'Tests',
            value: `${families} tests share an error rate of ${formatPercent(alpha)}.`,
            detail:
              'Scores are compared item by item on the same items, load figures by ranks over trials, memory by its size. p values are adjusted by Holm over all tests of a comparison.',
          },
          {
            term: 'Verdicts',
            value:
              'Called when the test rejects, the interval leaves 0 out, and the change is as large as the least effect.',
            detail:
              'Same: the whole interval lies within the tolerance. Inconclusive: the data allow both. No verdict: nothing fit to be judged was measured.',
          },
          {
            term: 'Would have shown',
            value: 'The smallest change that this comparison calls with a chance of 80 %.',
            detail: 'A verdict of no change says nothing about changes below it.',
          },
          {
            term: 'Least effect',
            value:
              noiseFloor === undefined
                ? 'Of load figures: assumed, because this machine was not calibrated.'
                : `Of load figures: from the calibration of ${noiseFloor.measuredAt.slice(0, 10)} on ${noiseFloor.hardware}.`,
          },
          { term: 'Measured', value: MODES[mode] },
        ],
      },
    ],
  };
}

const MODES = {
  runs: 'Run by run: what drifted between the runs counts as a change.',
  live: 'In alternation, block by block, so that drift hits both sides alike.',
  self: 'One server against itself: every change is noise.',
} as const;
