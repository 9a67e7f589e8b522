import { distinct } from '../sections/run-view.ts';
import type {
  CommitRange,
  HistoryModel,
  HistoryRun,
  HistorySeries,
  HistoryStep,
  StepRange,
} from './history-model.ts';
import { LEAST_RUNS } from './history-series.ts';

/** Characters of a commit's hash that are enough to find it. */
const SHORT_HASH = 7;

/** `1a2b3c4..5d6e7f8`, as git takes it. */
export function commitsText(commits: CommitRange): string {
  switch (commits.kind) {
    case 'range':
      return `${commits.from.slice(0, SHORT_HASH)}..${commits.to.slice(0, SHORT_HASH)}`;
    case 'same':
      return `the same commit ${commits.commit.slice(0, SHORT_HASH)}`;
    case 'unknown':
      return 'commits unknown';
  }
}

export function shortCommit({ environment }: HistoryRun): string {
  const { commit, dirty } = environment;
  return commit === undefined ? '–' : `${commit.slice(0, SHORT_HASH)}${dirty === true ? ' + changes' : ''}`;
}

/** `2026-01-09 04:00`, UTC. */
export function momentText({ startedAt }: HistoryRun): string {
  return startedAt.slice(0, 16).replace('T', ' ');
}

/** `1a2b3c4..5d6e7f8, between 2026-01-08 04:00 and 2026-01-09 04:00`. */
export function rangeText({ runs }: HistoryModel, { before, after, commits }: StepRange): string {
  return `${commitsText(commits)}, between ${momentText(runs[before]!)} and ${momentText(runs[after]!)}`;
}

/** `3 regressed, 1 improved`. */
export function countsText(steps: readonly HistoryStep[]): string {
  return (['regressed', 'changed', 'improved'] as const)
    .map((verdict) => ({ verdict, count: steps.filter((step) => step.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(', ');
}

export function configsOf(runs: readonly HistoryRun[]): string[] {
  return distinct(runs.map(({ name }) => name));
}

/** `History of reviews`. */
export function historyTitle({ runs }: HistoryModel): string {
  const [config, ...others] = configsOf(runs);
  if (config === undefined) return 'History';
  return others.length === 0 ? `History of ${config}` : `History of ${others.length + 1} configs`;
}

/** The sentence that a hurried reader needs. */
export function historyHeadline({ runs, series, ranges }: HistoryModel): string {
  if (series.length === 0)
    return runs.length === 0 ? 'There is no run to follow.' : 'No figure can be followed.';
  const judged = series.filter(({ levels }) => levels.length > 0).length;
  if (judged === 0) {
    return `${counted(runs.length, 'run')}: a step is looked for from ${LEAST_RUNS} comparable runs on.`;
  }
  const steps = ranges.flatMap((range) => range.steps);
  const found =
    steps.length === 0
      ? `No step in ${counted(judged, 'figure')}.`
      : `${counted(steps.length, 'step')} in ${counted(ranges.length, 'place')}: ${countsText(steps)}.`;
  const young = series.length - judged;
  return young === 0
    ? found
    : `${found} ${counted(young, 'figure')} ${young === 1 ? 'has' : 'have'} fewer than ${LEAST_RUNS} runs and cannot be judged.`;
}

/** Where a series stands: the runs of its last level, and what it was before. */
export function currentLevel({ levels, points }: HistorySeries): { value: number; since: number } {
  const level = levels.at(-1);
  const last = points.at(-1)!;
  return level === undefined
    ? { value: last.value, since: points[0]!.run }
    : { value: level.level, since: points[level.from]!.run };
}

/** `1 run`, `12 runs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Which commits lie in the range, or why none is named. */
export function causeNote({ commits, alsoChanged }: StepRange): string | undefined {
  const same =
    commits.kind === 'same' ? ['both runs measured the same commit, so the code did not cause it'] : [];
  const parts = [...same, ...alsoChanged.map((change) => `also changed: ${change}`)];
  return parts.length === 0 ? undefined : `${parts.join('; ')}.`;
}
