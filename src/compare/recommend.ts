import type { MetricId } from '../core/metrics.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import {
  type Candidate,
  candidatesOf,
  type LatencyStatistic,
  latencyStatistic,
} from './recommend/candidates.ts';
import { type Choice, choiceOf } from './recommend/choice.ts';
import { declaredIn } from './recommend/declared.ts';
import { type DimensionAnswer, dimensionAnswer } from './recommend/dimension-answer.ts';
import { frontierOf } from './recommend/frontier.ts';
import { type InstructionAnswer, instructionAnswer } from './recommend/instruction-answer.ts';
import { type OperatingPointAnswer, operatingPointAnswer } from './recommend/operating-point.ts';
import { applyRule, type Preference, preferenceRules } from './recommend/preferences.ts';
import { bestRow, type Standings, standingsOf } from './recommend/standing.ts';

/** The answer of one preference. */
export interface Recommendation {
  readonly preference: Preference;
  readonly title: string;
  /** What the preference looks at, in order; declared, not fitted to the outcome. */
  readonly rule: string;
  readonly winner?: Choice;
  readonly runnerUp?: Choice;
  /** Why there is no winner. */
  readonly whyNone?: string;
}

/** What a run says about the question it was started for. */
export interface RunAnswer {
  /** The metric that stands for quality; absent when nothing was scored. */
  readonly metric?: MetricId;
  /** Largest relative loss that counts as equal. */
  readonly margin: number;
  readonly statistic: LatencyStatistic;
  readonly smallestDimension?: DimensionAnswer;
  readonly bestInstruction?: InstructionAnswer;
  readonly operatingPoint?: OperatingPointAnswer;
  readonly recommendations: readonly Recommendation[];
  readonly candidates: readonly Candidate[];
  readonly frontier: ReadonlySet<Candidate>;
  readonly standings?: Standings;
}

/**
 * Decides, from a record alone, which configuration to run under three declared preferences, the smallest width
 * within the margin of the best, the best instruction and the best operating point. Invalid cells take no part;
 * suspect ones carry their reason into the doubts. Pure and deterministic: equal records give equal answers.
 */
export function recommend(record: RunRecord): RunAnswer {
  const declared = declaredIn(record);
  const { metric, margin } = declared;
  const statistic = latencyStatistic(record);
  const instruction = metric === undefined ? undefined : instructionAnswer(record, metric);
  const standings = metric === undefined ? undefined : standingsUnder(record, metric, margin, instruction);
  const dimension =
    metric === undefined || standings === undefined
      ? undefined
      : dimensionAnswer(record.quality, metric, margin, standings);
  const candidates = candidatesOf(record, metric, statistic);
  const context = { record, metric, standings };
  const rules = preferenceRules({
    declared,
    statistic,
    standings,
    bestInstruction: instruction?.instruction,
  });
  const operatingPoint = operatingPointAnswer(record, statistic, declared.objective, dimension?.smallest.row);
  return {
    margin,
    statistic,
    candidates,
    frontier: frontierOf(candidates, metric),
    recommendations: rules.map((rule) => {
      const outcome = applyRule(rule, candidates);
      const { preference, title } = rule;
      if (outcome === undefined) return { preference, title, rule: rule.rule, whyNone: rule.whyNone };
      return {
        preference,
        title,
        rule: rule.rule,
        winner: withAdvantage(choiceOf(outcome.winner, context), rule.advantage(outcome)),
        ...(outcome.runnerUp === undefined ? {} : { runnerUp: choiceOf(outcome.runnerUp, context) }),
      };
    }),
    ...(metric === undefined ? {} : { metric }),
    ...(instruction === undefined ? {} : { bestInstruction: instruction }),
    ...(dimension === undefined ? {} : { smallestDimension: dimension }),
    ...(operatingPoint === undefined ? {} : { operatingPoint }),
    ...(standings === undefined ? {} : { standings }),
  };
}

/** What the preference looks at comes first among the reasons. */
function withAdvantage(choice: Choice, advantage: string | undefined): Choice {
  return advantage === undefined ? choice : { ...choice, reasons: [advantage, ...choice.reasons] };
}

/**
 * The best cell is looked for under the best instruction only: another instruction may have been scored on a
 * sample of the rows, whose values do not compare.
 */
function standingsUnder(
  record: RunRecord,
  metric: MetricId,
  margin: number,
  instruction: InstructionAnswer | undefined,
): Standings {
  const rows = record.quality.filter(
    (row) => instruction === undefined || row.instruction === instruction.instruction,
  );
  return standingsOf(record, metric, margin, bestRow(rows, metric));
}
