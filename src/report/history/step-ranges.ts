import { lossOf } from '../../compare/difference.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type {
  CommitRange,
  HistoryRun,
  HistorySeries,
  HistoryStep,
  Level,
  StepRange,
  StepVerdict,
} from './history-model.ts';

/** The steps of all series, gathered by the two runs between which they lie, latest first. */
export function stepRanges(runs: readonly HistoryRun[], series: readonly HistorySeries[]): StepRange[] {
  const ranges = new Map<string, { before: number; after: number; steps: HistoryStep[] }>();
  for (const step of series.flatMap(stepsOf)) {
    const { points } = series[step.series]!;
    const before = points[step.before.to]!.run;
    const after = points[step.after.from]!.run;
    const key = `${before} ${after}`;
    const range = ranges.get(key) ?? { before, after, steps: [] };
    range.steps.push(step);
    ranges.set(key, range);
  }
  return [...ranges.values()]
    .toSorted((a, b) => b.after - a.after || b.before - a.before)
    .map(({ before, after, steps }) => ({
      before,
      after,
      commits: commitRange(runs[before]!, runs[after]!),
      alsoChanged: changesBetween(runs[before]!, runs[after]!),
      steps: worstFirst(steps),
    }));
}

function stepsOf({ metricId, levels }: HistorySeries, series: number): HistoryStep[] {
  return levels.slice(1).map((after, i) => ({ series, ...stepOf(metricId, levels[i]!, after) }));
}

/** Scores change by points, everything else by a share of what it was. */
function stepOf(metricId: MetricId, before: Level, after: Level): Omit<HistoryStep, 'series'> {
  const difference = after.level - before.level;
  const isAbsolute = METRICS[metricId].kind === 'quality' || before.level === 0;
  const change = isAbsolute ? difference : difference / before.level;
  return {
    before,
    after,
    value: change,
    scale: isAbsolute ? 'absolute' : 'relative',
    verdict: verdictOf(lossOf(METRICS[metricId].direction, change)),
  };
}

function verdictOf(loss: number): StepVerdict {
  return loss > 0 ? 'regressed' : loss < 0 ? 'improved' : 'changed';
}

const WORST_FIRST: readonly StepVerdict[] = ['regressed', 'changed', 'improved'];

/** Sizes compare inside one scale alone: relative changes come first, because they are of load figures. */
function worstFirst(steps: readonly HistoryStep[]): HistoryStep[] {
  return steps.toSorted(
    (a, b) =>
      WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict) ||
      Number(a.scale === 'absolute') - Number(b.scale === 'absolute') ||
      Math.abs(b.value) - Math.abs(a.value),
  );
}

function commitRange(before: HistoryRun, after: HistoryRun): CommitRange {
  const [from, to] = [before.environment.commit, after.environment.commit];
  if (from === undefined || to === undefined) return { kind: 'unknown' };
  return from === to ? { kind: 'same', commit: to } : { kind: 'range', from, to };
}

/** Facts besides the commit that may have caused a step. */
function changesBetween(before: HistoryRun, after: HistoryRun): string[] {
  const facts: [string, string | undefined, string | undefined][] = [
    ['model', before.model, after.model],
    ['server fingerprint', before.serverFingerprint.slice(0, 7), after.serverFingerprint.slice(0, 7)],
    ['config', before.configHash.slice(0, 7), after.configHash.slice(0, 7)],
    ['branch', before.environment.branch, after.environment.branch],
    ['dimsweep', before.environment.dimsweep, after.environment.dimsweep],
    ['Node.js', before.environment.node, after.environment.node],
  ];
  const changed = facts.flatMap(([name, was, is]) =>
    was === is ? [] : [`${name} ${was ?? 'unknown'} → ${is ?? 'unknown'}`],
  );
  const uncommitted = [before, after].filter(({ environment }) => environment.dirty === true);
  return uncommitted.length === 0
    ? changed
    : [...changed, `uncommitted changes in ${uncommitted.map(({ runId }) => runId).join(' and ')}`];
}
