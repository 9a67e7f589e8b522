import type { GateConfig } from '../../config/gate-config.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { spoiledBy } from '../comparability.ts';
import { type CompareOptions, compareRuns } from '../compare-runs.ts';
import type { Comparison } from '../comparison.ts';
import type { Difference } from '../difference.ts';
import { selects } from '../figure-selection.ts';
import type { GateCheck, GateResult } from '../gate-result.ts';
import { boundsFinding, exactFinding } from './figure-finding.ts';
import { type Finding, undecided } from './finding.ts';
import { limitOn } from './limits.ts';
import { nonInferiorityFinding, regressionFinding } from './loss-finding.ts';
import { matchTargets, requireCommonTarget } from './match-targets.ts';
import { type ResolvedRule, resolveRules } from './rules.ts';
import { figureKey, type GateTarget, gateTargets } from './targets.ts';

/** The two runs that a gate is held against. */
export interface GateRuns {
  readonly base: RunRecord;
  readonly candidate: RunRecord;
}

/**
 * Compares two runs by what a gate has rules for and by nothing else, so that its tests share the error rate
 * among themselves alone.
 *
 * @throws UsageError when a rule or the runs make no sense
 */
export function compareForGate(
  gate: GateConfig,
  { base, candidate }: GateRuns,
  options: Pick<CompareOptions, 'mode' | 'force' | 'noiseFloor' | 'baseline'> = {},
): Comparison {
  const held = resolveRules(gate).filter(isHeldAgainstBase);
  return compareRuns(base, candidate, {
    ...options,
    figures: held.map(({ selector }) => selector),
    alpha: gate.alpha,
    minTrials: gate.minTrials,
    tolerance: (subject, change) => {
      const limits = held.flatMap(({ selector, test }) =>
        'limit' in test && selects(selector, subject) ? (limitOn(test.limit, change) ?? []) : [],
      );
      return limits.length === 0 ? undefined : Math.min(...limits);
    },
  });
}

/**
 * Judges a comparison by a gate's rules. Fails closed: what is missing, invalid, too little or not comparable is
 * undecided, and more undecided cells than the gate allows are no pass.
 *
 * @param comparison of {@link compareForGate}
 * @throws UsageError when a rule makes no sense, or guards nothing
 */
export function judgeGate(gate: GateConfig, comparison: Comparison, runs: GateRuns): GateResult {
  const targets = gateTargets(runs.base, runs.candidate);
  const differences = new Map(comparison.differences.map((found) => [figureKey(found.subject), found]));
  const checks = resolveRules(gate).flatMap((rule) => {
    const matched = matchTargets(rule.selector, targets, rule.where);
    if (rule.test.kind !== 'bounds') requireCommonTarget(matched, rule.where);
    return matched.map((target) =>
      checkOf(rule, target, {
        gate,
        comparison,
        difference: differences.get(figureKey(target.subject)),
      }),
    );
  });
  const budget = budgetCheck(gate, checks);
  const all = [...checks, ...(budget === undefined ? [] : [budget])];
  return { outcome: outcomeOf(checks, budget), checks: worstFirst(all), comparison };
}

function isHeldAgainstBase({ test }: ResolvedRule): boolean {
  return test.kind === 'maxRegression' || test.kind === 'nonInferiorWithin';
}

interface Setting {
  readonly gate: GateConfig;
  readonly comparison: Comparison;
  readonly difference: Difference | undefined;
}

function checkOf(rule: ResolvedRule, target: GateTarget, setting: Setting): GateCheck {
  const { subject } = target;
  const difference = isHeldAgainstBase(rule) ? setting.difference : undefined;
  return {
    where: rule.where,
    rule: rule.text,
    metric: subject.metricId,
    ...(subject.metric === subject.metricId ? {} : { scoreKey: subject.metric }),
    ...(subject.kind === 'memory' ? {} : { cell: subject.cell }),
    axes: subject.axes,
    ...findingOf(rule, target, setting),
    ...(difference === undefined ? {} : { difference }),
  };
}

function findingOf(
  { test }: ResolvedRule,
  { base, candidate, subject }: GateTarget,
  setting: Setting,
): Finding {
  if (candidate === undefined) return undecided('the candidate has no such figure');
  if (test.kind === 'bounds') return boundsFinding(candidate, test, setting.gate.minTrials);
  if (base === undefined) return undecided('the baseline has no such figure: bless a run that has it');
  if (test.kind === 'exact') {
    const { notices, forced } = setting.comparison;
    const kind = subject.kind === 'quality' ? 'quality' : 'load';
    const isArithmetic = subject.metricId === 'vectorBytes';
    const spoilt =
      forced || isArithmetic ? undefined : spoiledBy(notices, kind, String(subject.axes['instruction']));
    return spoilt === undefined ? exactFinding(base, candidate) : undecided(spoilt);
  }
  const { difference } = setting;
  if (difference === undefined) return undecided('neither side has enough requests to carry this figure');
  return test.kind === 'maxRegression'
    ? regressionFinding(difference, test.limit)
    : nonInferiorityFinding(difference, test.limit);
}

/**
 * A cell counts once, however many of its figures are undecided. No budget lets a rule pass of which nothing at
 * all was decided.
 */
function budgetCheck(
  { maxUnreliableCells }: GateConfig,
  checks: readonly GateCheck[],
): GateCheck | undefined {
  const open = new Set(
    checks.flatMap(({ outcome, cell, metric, axes }) =>
      outcome === 'undecided' ? [cell ?? JSON.stringify([metric, axes])] : [],
    ),
  ).size;
  if (open === 0) return undefined;
  const answered = new Set(checks.flatMap(({ outcome, where }) => (outcome === 'undecided' ? [] : [where])));
  const silent = [...new Set(checks.map(({ where }) => where))].filter((where) => !answered.has(where));
  return {
    where: 'gate.maxUnreliableCells',
    rule: `at most ${maxUnreliableCells} ${maxUnreliableCells === 1 ? 'cell' : 'cells'} may be without an answer`,
    outcome: open <= maxUnreliableCells && silent.length === 0 ? 'pass' : 'undecided',
    reason:
      `${open} ${open === 1 ? 'cell is' : 'cells are'} without an answer` +
      (silent.length === 0 ? '' : `, and nothing was decided of ${silent.join(', ')}`),
  };
}

function outcomeOf(checks: readonly GateCheck[], budget: GateCheck | undefined): GateResult['outcome'] {
  if (checks.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return budget?.outcome === 'undecided' ? 'noVerdict' : 'pass';
}

function worstFirst(checks: readonly GateCheck[]): GateCheck[] {
  const order: readonly GateCheck['outcome'][] = ['fail', 'undecided', 'pass'];
  return [...checks].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}
