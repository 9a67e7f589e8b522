import { type ChangePattern, changePatterns } from '../../compare/change-patterns.ts';
import type { RunDifference } from '../../compare/comparability.ts';
import type { ComparedRun, Comparison } from '../../compare/comparison.ts';
import type { ComparisonVerdict, Difference } from '../../compare/difference.ts';
import { formatNumber, scoreLabel } from '../../core/figure-text.ts';
import { distinct } from '../sections/run-view.ts';
import { shortCellName } from './cell-name.ts';
import { changeText } from './change-words.ts';
import { differenceTable } from './difference-table.ts';
import { patternSentence } from './pattern-sentence.ts';
import { pointsByReason } from './points-by-reason.ts';
import type { Summary, SummarySection } from './summary.ts';
import { worstFirst } from './worst-first.ts';

/** A comparison in short: what differs besides the change, what got worse, what could not be decided. */
export function comparisonSummary(comparison: Comparison): Summary {
  const ordered = worstFirst(comparison.differences);
  const having = (verdict: ComparisonVerdict) => ordered.filter((d) => d.verdict === verdict);
  return {
    title: comparisonTitle(comparison),
    particulars: sides(comparison),
    headline: comparisonHeadline(comparison),
    warnings: comparisonWarnings(comparison),
    answers: [],
    sections: [
      ...changed('Regressed', having('regressed'), false, patternsOf(comparison, 'regressed')),
      ...undecided(having('noVerdict')),
      ...unmatchedSection(comparison),
      ...changed('Inconclusive', having('inconclusive'), true),
      ...changed('Improved', having('improved'), false, patternsOf(comparison, 'improved')),
      ...unchanged(having('same')),
      ...doubts(ordered),
      ...otherDifferences(comparison),
      howToRead(comparison),
    ],
  };
}

/** Which runs were compared, and how. */
export function comparisonTitle({ mode, base, candidate }: Comparison): string {
  switch (mode) {
    case 'self':
      return `Comparison of ${candidate.name} with itself`;
    case 'live':
      return `Comparison of ${candidate.name} with ${base.name}, measured in alternation`;
    case 'runs':
      return `Comparison of ${candidate.name} with ${base.name}`;
  }
}

/** Both sides, one line each. */
export function sides({ base, candidate }: Comparison): string[] {
  return [`base: ${sideText(base)}`, `candidate: ${sideText(candidate)}`];
}

function sideText({ runId, baseline, model, software, commit, branch }: ComparedRun): string {
  const code = [commit?.slice(0, 7), branch].filter((part) => part !== undefined).join(' on ');
  return [
    baseline === undefined ? runId : `baseline ${baseline} (${runId})`,
    software === undefined ? model : `${model} on ${software}`,
    ...(code === '' ? [] : [code]),
  ].join(', ');
}

/** What spoils verdicts, and sides that were stopped before their end. */
export function comparisonWarnings({ base, candidate, notices, forced }: Comparison): string[] {
  const stopped = (['base', 'candidate'] as const).filter(
    (side) => (side === 'base' ? base : candidate).status !== 'complete',
  );
  return [
    ...notices.filter(({ spoils }) => spoils !== 'none').map((notice) => spoilingText(notice, forced)),
    ...stopped.map((side) => `The ${side} did not run to its end: cells are missing.`),
  ];
}

function spoilingText({ message, spoils, instruction }: RunDifference, forced: boolean): string {
  const whose = instruction === undefined ? '' : ` under instruction ${instruction}`;
  const effect = forced
    ? `${spoils} verdicts${whose} are given because they were forced`
    : `no ${spoils} verdict${whose} is given`;
  return `${capitalised(message)}: ${effect}.`;
}

/** The sentence a reviewer needs: what got worse, and how much was left undecided. */
export function comparisonHeadline({ differences, unmatched }: Comparison): string {
  const ordered = worstFirst(differences);
  const count = (verdict: ComparisonVerdict) => ordered.filter((d) => d.verdict === verdict).length;
  const total = formatNumber(ordered.length);
  const worst = ordered[0];
  const clauses = [
    ...(count('improved') > 0 ? [`${count('improved')} improved`] : []),
    ...(count('noVerdict') > 0 ? [`${formatNumber(count('noVerdict'))} without a verdict`] : []),
    ...(count('inconclusive') > 0 ? [`${formatNumber(count('inconclusive'))} inconclusive`] : []),
    ...(unmatched.length > 0 ? [`${cells(unmatched.length)} on one side only`] : []),
  ];
  const rest = clauses.length === 0 ? '' : ` ${capitalised(clauses.join(', '))}.`;
  if (worst === undefined) return `Nothing could be compared.${rest}`;
  if (worst.verdict !== 'regressed') return `None of ${total} figures is shown to be worse.${rest}`;
  return `${count('regressed')} of ${total} figures regressed; the worst: ${figureName(worst)}, ${worstChange(worst)}.${rest}`;
}

function worstChange({ change, subject }: Difference): string {
  return change === undefined ? 'without a figure' : changeText(change, subject.metricId);
}

/** `p95 service at 512 · sentiment · 32 × 8 · float`. */
export function figureName({ subject }: Difference): string {
  return `${scoreLabel(subject.metric)} at ${shortCellName(subject.axes)}`;
}

function changed(
  title: string,
  differences: readonly Difference[],
  folded: boolean,
  patterns: readonly string[] = [],
): SummarySection[] {
  if (differences.length === 0) return [];
  const { table, notes } = differenceTable(differences);
  return [
    { title: `${title}: ${differences.length}`, notes: [...patterns, ...notes], table, points: [], folded },
  ];
}

/** Where the change sits, when it sits somewhere. */
function patternsOf({ differences }: Comparison, verdict: ChangePattern['verdict']): string[] {
  return changePatterns(differences)
    .filter((pattern) => pattern.verdict === verdict)
    .map(patternSentence);
}

function undecided(differences: readonly Difference[]): SummarySection[] {
  if (differences.length === 0) return [];
  const points = pointsByReason(differences.map((d) => ({ reason: d.reason, name: figureName(d) })));
  return [{ title: `No verdict: ${differences.length}`, notes: [], points, folded: false }];
}

/** Figures that are shown to be equal need no table: how many, by metric. */
function unchanged(differences: readonly Difference[]): SummarySection[] {
  if (differences.length === 0) return [];
  const labels = distinct(differences.map(({ subject }) => scoreLabel(subject.metric)));
  const counts = labels.map((label) => {
    const count = differences.filter(({ subject }) => scoreLabel(subject.metric) === label).length;
    return `${label} in ${cells(count)}`;
  });
  return [
    {
      title: `The same: ${differences.length}`,
      notes: [`Shown to be equal within the tolerance: ${counts.join(', ')}.`],
      points: [],
      folded: true,
    },
  ];
}

function unmatchedSection({ unmatched }: Comparison): SummarySection[] {
  if (unmatched.length === 0) return [];
  const points = pointsByReason(
    unmatched.map(({ kind, axes, side }) => ({
      reason: side === 'base' ? `${kind} missing in the candidate` : `${kind} new in the candidate`,
      name: shortCellName(axes),
    })),
  );
  return [{ title: `On one side only: ${cells(unmatched.length)}`, notes: [], points, folded: false }];
}

function doubts(differences: readonly Difference[]): SummarySection[] {
  const reasons = differences.flatMap((difference) =>
    difference.doubts.map((reason) => ({ reason, name: shortCellName(difference.subject.axes) })),
  );
  if (reasons.length === 0) return [];
  return [{ title: 'Doubts', notes: [], points: pointsByReason(reasons), folded: true }];
}

/** Differences between the runs that spoil nothing: they may be the change under test. */
function otherDifferences({ notices }: Comparison): SummarySection[] {
  const harmless = notices.filter(({ spoils }) => spoils === 'none');
  if (harmless.length === 0) return [];
  return [
    {
      title: 'What else differs',
      notes: [],
      points: harmless.map(({ message }) => `${capitalised(message)}.`),
      folded: true,
    },
  ];
}

/** What the words of a table mean, and what the verdicts rest on. */
export function howToRead({ family, alpha, noiseFloor }: Comparison): SummarySection {
  const floor =
    noiseFloor === undefined
      ? 'This machine was not calibrated: the least effects of load figures are assumed.'
      : `The least effects of load figures come from the calibration of ${noiseFloor.measuredAt.slice(0, 10)} on ${noiseFloor.hardware}.`;
  return {
    title: 'How to read this',
    notes: [
      'Cells: dimensions · instruction · batch × concurrency · dtype or encoding; what is usual is left out.',
      `A change stands with its 95 % interval. It is called when its test rejects${familyText(family, alpha)}, its interval leaves 0 out, and it is as large as the least effect. Detectable: what this comparison sees with a chance of 80 %.`,
      floor,
    ],
    points: [],
    folded: true,
  };
}

function familyText(family: number, alpha: number): string {
  return family === 0 ? '' : ` beside all others (${family} tests share an error rate of ${alpha})`;
}

function cells(count: number): string {
  return count === 1 ? '1 cell' : `${formatNumber(count)} cells`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
