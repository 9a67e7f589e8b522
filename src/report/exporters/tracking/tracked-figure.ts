import type { Comparison } from '../../../compare/comparison.ts';
import { bytesHash } from '../../../core/content-hash.ts';
import { type MetricId, metricOfScoreKey } from '../../../core/metrics.ts';
import type { RunRecord } from '../../../core/record/run-record.ts';
import { visibleText } from '../../../core/visible-text.ts';
import { cellName } from '../../summaries/cell-name.ts';
import { runFigures } from '../../summaries/run-figures.ts';

/** A figure as services that follow figures over time know it: by a name that every run gives it. */
export interface TrackedFigure {
  /** Run, cell and, for scores by a further label column, that column. */
  readonly name: string;
  readonly metricId: MetricId;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly n?: number;
}

/** Names longer than this are cut (Bencher's limit is 1024) and told apart by a hash. */
const MOST_CHARACTERS = 1000;

/** Figures of a run. An invalid cell gives none: a gap in a history is honest, a wrong point is not. */
export function figuresOfRun(record: RunRecord): TrackedFigure[] {
  return runFigures(record)
    .filter(({ validity }) => validity !== 'invalid')
    .map(({ axes, metric, metricId, value, low, high, n }) => ({
      name: trackedName(record.name, cellName(axes), metric),
      ...{ metricId, value },
      ...(low === undefined || high === undefined ? {} : { low, high }),
      ...(n === undefined ? {} : { n }),
    }));
}

/**
 * The candidate's figures, under the names that its run has given them. Those without a verdict (invalid cells,
 * other hardware) are left out.
 */
export function figuresOfCandidate({ candidate, differences }: Comparison): TrackedFigure[] {
  return differences.flatMap(({ subject, change, verdict }) =>
    change === undefined || verdict === 'noVerdict'
      ? []
      : [
          {
            name: trackedName(candidate.name, cellName(subject.axes), subject.metric),
            metricId: subject.metricId,
            value: change.candidate,
          },
        ],
  );
}

/** `reviews: 512 dimensions, instruction none, float32, by domain`. */
function trackedName(run: string, cell: string, scoreKey: string): string {
  const column = metricOfScoreKey(scoreKey)?.column;
  return boundedName(`${run}: ${cell}${column === undefined ? '' : `, by ${column}`}`);
}

/** A name on one visible line that services take. */
export function boundedName(text: string): string {
  const name = visibleText(text).replace(/\s+/g, ' ').trim();
  if (name.length <= MOST_CHARACTERS) return name;
  return `${[...name].slice(0, MOST_CHARACTERS - 20).join('')}… ${bytesHash(name).slice(0, 12)}`;
}
