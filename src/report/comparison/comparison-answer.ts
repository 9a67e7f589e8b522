import type { ComparisonVerdict, Difference } from '../../compare/difference.ts';
import type { AnswerTile } from '../page/answer-tile.ts';
import { badge, comparisonBadge } from '../page/badge.ts';
import type { Block } from '../page/blocks.ts';
import type { PageAnswer } from '../page/page-answer.ts';
import { numberCell, textCell } from '../page/table-model.ts';
import { changeSentence } from '../summaries/change-words.ts';
import { comparisonSummary, figureName } from '../summaries/comparison-summary.ts';
import { VERDICTS_WORST_FIRST, worstFirst } from '../summaries/worst-first.ts';
import type { Candidate, ComparisonView } from './comparison-view.ts';
import { VERDICT_WORDS } from './comparison-view.ts';
import { verdictCounts } from './differences-section.ts';

/** First screen: what got worse, what got better, what is not decided. */
export function comparisonAnswer({ candidates }: ComparisonView): PageAnswer {
  const [only, ...more] = candidates;
  const isPair = only !== undefined && more.length === 0;
  return {
    title: 'What changed',
    lead: isPair ? headlineOf(only) : `${candidates.length} candidates against one base.`,
    tiles: isPair ? pairTiles(only) : candidates.map(candidateTile),
    blocks: [...(isPair ? [] : [verdictTable(candidates)]), ...otherDifferences(candidates)],
  };
}

function headlineOf({ comparison }: Candidate): string {
  return comparisonSummary(comparison).headline ?? '';
}

function pairTiles({ comparison }: Candidate): AnswerTile[] {
  const having = (...verdicts: ComparisonVerdict[]) =>
    worstFirst(comparison.differences).filter(({ verdict }) => verdicts.includes(verdict));
  const undecided = having('noVerdict', 'inconclusive');
  return [
    changeTile('Regressed', having('regressed'), 'regressed'),
    changeTile('Improved', having('improved'), 'improved'),
    {
      question: 'Not decided',
      value: String(undecided.length),
      ...(undecided.length === 0 ? {} : { badge: badge('open', 'undecided') }),
      sentence: undecided.length === 0 ? 'Every figure has its verdict.' : `${verdictCounts(undecided)}.`,
      doubts: unmatchedDoubts(comparison.unmatched.length),
    },
  ];
}

function changeTile(
  question: string,
  changed: readonly Difference[],
  verdict: ComparisonVerdict,
): AnswerTile {
  const [first] = changed;
  return {
    question,
    value: String(changed.length),
    ...(first === undefined ? {} : { badge: comparisonBadge(verdict) }),
    sentence:
      first === undefined ? 'Nothing is shown to be so.' : `${figureName(first)}: ${changeSentence(first)}.`,
    doubts: [...new Set(changed.flatMap(({ doubts }) => doubts))],
  };
}

function unmatchedDoubts(count: number): string[] {
  if (count === 0) return [];
  return [`${count === 1 ? '1 cell was' : `${count} cells were`} measured on one side only.`];
}

function candidateTile(candidate: Candidate): AnswerTile {
  const { label, comparison } = candidate;
  const count = (wanted: ComparisonVerdict) =>
    comparison.differences.filter(({ verdict }) => verdict === wanted).length;
  const [regressed, improved] = [count('regressed'), count('improved')];
  const verdict = regressed > 0 ? 'regressed' : improved > 0 ? 'improved' : undefined;
  return {
    question: label,
    value: String(regressed),
    unit: `regressed, ${improved} improved`,
    ...(verdict === undefined ? {} : { badge: comparisonBadge(verdict) }),
    sentence: headlineOf(candidate),
    doubts: unmatchedDoubts(comparison.unmatched.length),
  };
}

function verdictTable(candidates: readonly Candidate[]): Block {
  return {
    kind: 'table',
    table: {
      caption: 'Figures by verdict',
      columns: [
        { label: 'Candidate' },
        ...VERDICTS_WORST_FIRST.map((verdict) => ({ label: VERDICT_WORDS[verdict], number: true })),
        { label: 'on one side only', number: true },
      ],
      rows: candidates.map(({ label, comparison }) => ({
        cells: [
          textCell(label),
          ...VERDICTS_WORST_FIRST.map((wanted) =>
            numberCell(comparison.differences.filter(({ verdict }) => verdict === wanted).length),
          ),
          numberCell(comparison.unmatched.length),
        ],
      })),
    },
  };
}

/** What differs and spoils nothing: it may be the change under test. */
function otherDifferences(candidates: readonly Candidate[]): Block[] {
  const notices = candidates.flatMap(({ label, comparison }) =>
    comparison.notices
      .filter(({ spoils }) => spoils === 'none')
      .map(({ message }) => ({
        badge: badge('note', 'differs'),
        title: candidates.length > 1 ? label : '',
        text: message,
      })),
  );
  return notices.length === 0
    ? []
    : [{ kind: 'subsection', title: 'What else differs', blocks: [{ kind: 'notices', notices }] }];
}
