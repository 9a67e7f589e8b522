import type { ComparedRun, Comparison } from '../../compare/comparison.ts';
import type { ComparisonVerdict, Difference } from '../../compare/difference.ts';
import { scoreLabel } from '../../core/figure-text.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { createTagIndex, type TagIndex } from '../page/tags.ts';
import { distinct } from '../sections/run-view.ts';
import { VERDICTS_WORST_FIRST } from '../summaries/worst-first.ts';

/** Candidates against one base. */
export interface ComparedRuns {
  /** One for each candidate; all have the same base. */
  readonly comparisons: readonly Comparison[];
  /** The base's record, then the candidates', in the order of their comparisons. */
  readonly records: readonly RunRecord[];
}

/** One candidate's side of the report. */
export interface Candidate {
  readonly label: string;
  readonly comparison: Comparison;
  readonly record: RunRecord;
}

/** What every section of a comparison's report is built from. */
export interface ComparisonView {
  readonly baseLabel: string;
  readonly base: RunRecord;
  readonly candidates: readonly Candidate[];
  readonly tags: TagIndex;
}

export function comparisonView({ comparisons, records }: ComparedRuns): ComparisonView {
  const [first] = comparisons;
  const [base] = records;
  if (first === undefined || base === undefined || records.length !== comparisons.length + 1) {
    throw new RangeError('a comparison’s report needs the base’s record and one of each candidate');
  }
  const labels = runLabels([first.base, ...comparisons.map(({ candidate }) => candidate)]);
  const tags = createTagIndex();
  // Chips stand in the order in which values are first seen.
  const verdicts = distinct(comparisons.flatMap(({ differences }) => differences.map((d) => d.verdict)));
  for (const verdict of VERDICTS_WORST_FIRST) {
    if (verdicts.includes(verdict)) tags.of({ verdict: VERDICT_WORDS[verdict] });
  }
  return {
    baseLabel: labels[0]!,
    base,
    candidates: comparisons.map((comparison, i) => ({
      label: labels[i + 1]!,
      comparison,
      record: records[i + 1]!,
    })),
    tags,
  };
}

export const VERDICT_WORDS = {
  regressed: 'regressed',
  noVerdict: 'no verdict',
  inconclusive: 'inconclusive',
  improved: 'improved',
  same: 'same',
} as const satisfies Record<ComparisonVerdict, string>;

const SHORT_HASH = 7;

/** The shortest thing that tells the runs apart: name, commit, moment, run id. */
function runLabels(runs: readonly ComparedRun[]): string[] {
  const names = runs.map(({ name, baseline }) => baseline ?? name);
  const moments = runs.map(({ startedAt }) => startedAt.slice(0, 16).replace('T', ' '));
  const choices = [
    names,
    runs.map(({ commit }, i) =>
      commit === undefined ? names[i]! : `${names[i]} ${commit.slice(0, SHORT_HASH)}`,
    ),
    names.map((name, i) => `${name} ${moments[i]}`),
    runs.map(({ runId }) => runId),
  ];
  const telling = choices.find((labels) => new Set(labels).size === labels.length);
  return telling ?? runs.map(({ runId }, i) => `${runId} (${i + 1})`);
}

/** One figure of one cell, with what every candidate's comparison says of it. */
export interface FigureRow {
  readonly metric: string;
  readonly subject: Difference['subject'];
  /** In the order of the candidates; undefined where one of them does not have the figure. */
  readonly differences: readonly (Difference | undefined)[];
  /** The worst of them. */
  readonly verdict: ComparisonVerdict;
}

/** Every figure that any candidate is compared in, in the order of the first that has it. */
export function figureRows({ candidates }: ComparisonView): FigureRow[] {
  const rows = new Map<string, { subject: Difference['subject']; differences: (Difference | undefined)[] }>();
  for (const [i, { comparison }] of candidates.entries()) {
    for (const difference of comparison.differences) {
      const { kind, cell, axes, metric } = difference.subject;
      const key = JSON.stringify([kind, cell, cell === 'run' ? axes : '', metric]);
      const row = rows.get(key) ?? {
        subject: difference.subject,
        differences: candidates.map(() => undefined),
      };
      row.differences[i] = difference;
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ subject, differences }) => ({
    metric: scoreLabel(subject.metric),
    subject,
    differences,
    verdict: worstVerdict(differences),
  }));
}

function worstVerdict(differences: readonly (Difference | undefined)[]): ComparisonVerdict {
  const verdicts = differences.map((difference) => difference?.verdict);
  return VERDICTS_WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'noVerdict';
}

/** By what the page can be filtered: verdict, metric and the cell's axes. */
export function figureTag({ tags }: ComparisonView, { subject, metric, verdict }: FigureRow): number {
  return tags.of({ verdict: VERDICT_WORDS[verdict], metric, ...subject.axes });
}
