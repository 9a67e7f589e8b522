import { metricName } from '../../core/figure-text.ts';
import type { Section } from '../page/blocks.ts';
import { qualityCurveBlocks } from './quality-curves.ts';
import type { RunView } from './run-view.ts';
import {
  classificationReportBlock,
  scoreTableBlocks,
  stabilityBlock,
  verdictBlocks,
} from './score-tables.ts';
import { varianceBlock } from './variance-sources.ts';

export function qualitySection(view: RunView): Section {
  const { quality } = view.record;
  if (quality.length === 0) {
    return {
      id: 'quality',
      title: 'Quality',
      blocks: [{ kind: 'prose', paragraphs: ['No quality cell was scored in this run.'] }],
    };
  }
  const verdicts = verdictBlocks(view);
  const notes = [...new Set(quality.flatMap((row) => row.notes ?? []))];
  return {
    id: 'quality',
    title: 'Quality',
    lead: leadOf(view),
    blocks: [
      ...(notes.length === 0 ? [] : [{ kind: 'prose' as const, paragraphs: notes }]),
      ...qualityCurveBlocks(view),
      ...(verdicts.length === 0
        ? []
        : [{ kind: 'subsection' as const, title: 'Paired comparisons', blocks: verdicts }]),
      {
        kind: 'subsection',
        title: 'Scores',
        blocks: [...scoreTableBlocks(view), ...stabilityBlock(view), ...varianceBlock(view)],
      },
      ...classificationReportBlock(view),
    ],
  };
}

function leadOf({ answer }: RunView): string {
  const metric = answer.metric === undefined ? 'Quality' : metricName(answer.metric);
  return answer.smallestDimension?.sentence ?? `${metric} of every cell.`;
}
