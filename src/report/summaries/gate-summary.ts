import type { GateCheck, GateResult } from '../../compare/gate-result.ts';
import { formatNumber, scoreLabel } from '../../core/figure-text.ts';
import { shortCellName } from './cell-name.ts';
import { changeText, valueText } from './change-words.ts';
import { comparisonWarnings, howToRead, sides } from './comparison-summary.ts';
import { firstRows } from './difference-table.ts';
import type { Summary, SummaryColumn, SummarySection } from './summary.ts';

const ANSWERS = {
  pass: 'The gate passes',
  fail: 'The gate fails',
  noVerdict: 'The gate has no verdict',
} as const;

/** The gate's answer in words. */
export function gateAnswer({ outcome }: GateResult): string {
  return ANSWERS[outcome];
}

/** A gate in short: its answer, then the checks that fail or are undecided, rule by rule. */
export function gateSummary(gate: GateResult): Summary {
  return {
    title: `${gateAnswer(gate)}: ${gate.comparison.candidate.name}`,
    particulars: sides(gate.comparison),
    headline: gateHeadline(gate),
    warnings: comparisonWarnings(gate.comparison),
    answers: [],
    sections: [
      ...byRule(gate, 'fail').map((checks) => openSection('Fails', checks)),
      ...byRule(gate, 'undecided').map((checks) => openSection('Undecided', checks)),
      ...passed(gate),
      howToRead(gate.comparison),
    ],
  };
}

/** The sentence a reviewer needs: how many checks stand behind the answer, and the worst of them. */
export function gateHeadline({ checks }: GateResult): string {
  const count = (wanted: GateCheck['outcome']) => checks.filter((check) => check.outcome === wanted).length;
  const worst = checks.find((check) => check.outcome !== 'pass');
  const rank = worst?.outcome === 'fail' ? 'The worst' : 'Undecided';
  const worstText = worst === undefined ? '' : ` ${rank}: ${checkText(worst)}.`;
  return `Of ${formatNumber(checks.length)} checks ${count('fail')} fail, ${count('undecided')} are undecided, ${count('pass')} pass.${worstText}`;
}

/** `accuracy may not fall by more than 0.02, at 512 · none · float32: fell by 0.031`. */
function checkText({ rule, axes, reason }: GateCheck): string {
  return `${rule}${axes === undefined ? '' : `, at ${shortCellName(axes)}`}: ${reason.replace(/\.$/, '')}`;
}

/** Checks of one outcome under their rules, in the gate's own order. */
function byRule({ checks }: GateResult, outcome: GateCheck['outcome']): (readonly GateCheck[])[] {
  const rules = new Map<string, GateCheck[]>();
  for (const check of checks.filter((candidate) => candidate.outcome === outcome)) {
    const key = JSON.stringify([check.where, check.rule]);
    rules.set(key, [...(rules.get(key) ?? []), check]);
  }
  return [...rules.values()];
}

const CELL: SummaryColumn = { head: 'Cell', least: 12, comfortable: 32 };
const FIGURES: readonly SummaryColumn[] = [
  { head: 'Base', align: 'right' },
  { head: 'Candidate', align: 'right' },
  { head: 'Change', optional: 1 },
];
const WHY: SummaryColumn = { head: 'Why', least: 16, comfortable: 24, wraps: true };

function openSection(outcome: string, checks: readonly GateCheck[]): SummarySection {
  const { where, rule } = checks[0]!;
  const ofOneFigure = checks.filter(({ axes }) => axes !== undefined);
  const ofTheRun = checks.filter(({ axes }) => axes === undefined);
  // Bounds need no baseline: their checks have no figures to set side by side.
  const compared = ofOneFigure.some(({ difference }) => difference?.change !== undefined);
  const { table, notes } = firstRows(ofOneFigure, [CELL, ...(compared ? FIGURES : []), WHY], (check) => [
    cellOf(check),
    ...(compared ? figuresOf(check) : []),
    check.reason,
  ]);
  return {
    title: `${outcome}: ${rule} (${where})`,
    notes,
    ...(ofOneFigure.length === 0 ? {} : { table }),
    points: ofTheRun.map(({ reason }) => reason),
    folded: false,
  };
}

function cellOf({ axes = {}, scoreKey }: GateCheck): string {
  const cell = shortCellName(axes);
  return scoreKey === undefined ? cell : `${scoreLabel(scoreKey)} at ${cell}`;
}

function figuresOf({ difference }: GateCheck): string[] {
  const change = difference?.change;
  if (difference === undefined || change === undefined) return FIGURES.map(() => '–');
  const id = difference.subject.metricId;
  return [valueText(id, change.base), valueText(id, change.candidate), changeText(change, id)];
}

function passed(gate: GateResult): SummarySection[] {
  const rules = byRule(gate, 'pass');
  const count = rules.reduce((sum, checks) => sum + checks.length, 0);
  if (count === 0) return [];
  return [
    {
      title: `Pass: ${count} ${count === 1 ? 'check' : 'checks'}`,
      notes: [],
      points: rules.map((checks) => `${checks[0]!.rule}: ${passedCells(checks)}`),
      folded: true,
    },
  ];
}

function passedCells(checks: readonly GateCheck[]): string {
  const cells = checks.filter(({ axes }) => axes !== undefined).length;
  if (cells === 0) return checks[0]!.reason;
  return cells === 1 ? '1 cell' : `${formatNumber(cells)} cells`;
}
