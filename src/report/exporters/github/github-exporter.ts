import { loadAxes } from '../../../compare/align.ts';
import type { Comparison } from '../../../compare/comparison.ts';
import type { Difference } from '../../../compare/difference.ts';
import type { GateCheck, GateResult } from '../../../compare/gate-result.ts';
import { recommend } from '../../../compare/recommend.ts';
import { scoreLabel } from '../../../core/figure-text.ts';
import type { RunRecord } from '../../../core/record/run-record.ts';
import { withVisibleText } from '../../../core/visible-text.ts';
import { runDoubts } from '../../sections/header.ts';
import { cellName } from '../../summaries/cell-name.ts';
import { changeSentence } from '../../summaries/change-words.ts';
import { claimEvidence } from '../../summaries/claim-words.ts';
import {
  comparisonHeadline,
  comparisonTitle,
  comparisonWarnings,
} from '../../summaries/comparison-summary.ts';
import { gateAnswer, gateHeadline } from '../../summaries/gate-summary.ts';
import { worstFirst } from '../../summaries/worst-first.ts';
import type { Exporter } from '../exporter.ts';
import { type Annotation, annotationCommands } from './annotations.ts';

/**
 * Annotations of a GitHub Actions job: print them to the step's output. The job summary is the `markdown` format,
 * appended to the file that `GITHUB_STEP_SUMMARY` names.
 */
export const githubExporter: Exporter = {
  description: 'annotations of a GitHub Actions job',
  extension: 'txt',
  run: (record) => annotationCommands(runAnnotations(withVisibleText(record))),
  comparison: (comparison) => annotationCommands(comparisonAnnotations(withVisibleText(comparison))),
  gate: (gate) => annotationCommands(gateAnnotations(withVisibleText(gate))),
};

function runAnnotations(record: RunRecord): Annotation[] {
  const { claims = [], load } = record;
  const answer = recommend(record);
  const sentences = [answer.smallestDimension, answer.bestInstruction, answer.operatingPoint].flatMap(
    (found) => (found === undefined ? [] : [found.sentence]),
  );
  return [
    ...claims
      .filter(({ verdict }) => verdict !== 'reproduced')
      .map(
        (claim): Annotation => ({
          level: claim.verdict === 'contradicted' ? 'error' : 'warning',
          title: `Claim ${claim.verdict}`,
          message: `${claim.claim}: ${claimEvidence(claim)}`,
        }),
      ),
    ...runDoubts(record).map((message): Annotation => ({ level: 'warning', title: 'Doubt', message })),
    ...load
      .filter(({ validity }) => validity.verdict === 'invalid')
      .map(
        (row): Annotation => ({
          level: 'warning',
          title: 'Invalid cell',
          message: `${cellName(loadAxes(row))}: ${row.validity.reasons.map(({ message }) => message).join('; ')}`,
        }),
      ),
    { level: 'notice', title: record.name, message: sentences.join(' ') || 'Nothing was measured.' },
  ];
}

/** Regressions are errors; that a comparison could not decide something is said once. */
function comparisonAnnotations(comparison: Comparison): Annotation[] {
  const open = comparison.differences.filter(({ verdict }) => verdict === 'noVerdict').length;
  const missing = comparison.unmatched.filter(({ side }) => side === 'base').length;
  return [
    ...worstFirst(comparison.differences)
      .filter(({ verdict }) => verdict === 'regressed')
      .map(regression),
    ...comparisonWarnings(comparison).map(
      (message): Annotation => ({ level: 'warning', title: 'Not comparable', message }),
    ),
    ...(open + missing === 0
      ? []
      : [
          {
            level: 'warning',
            title: 'No verdict',
            message: `Figures without a verdict: ${open}; cells of the base that the candidate lacks: ${missing}.`,
          } as const,
        ]),
    { level: 'notice', title: comparisonTitle(comparison), message: comparisonHeadline(comparison) },
  ];
}

function regression(difference: Difference): Annotation {
  const { subject } = difference;
  return {
    level: 'error',
    title: `Regressed: ${scoreLabel(subject.metric)}`,
    message: `${cellName(subject.axes)}: ${changeSentence(difference)}`,
  };
}

function gateAnnotations(gate: GateResult): Annotation[] {
  const level = gate.outcome === 'pass' ? 'notice' : 'error';
  return [
    { level, title: gateAnswer(gate), message: gateHeadline(gate) },
    ...gate.checks.filter(({ outcome }) => outcome !== 'pass').map((check) => openCheck(check, gate.outcome)),
    ...comparisonWarnings(gate.comparison).map(
      (message): Annotation => ({ level: 'warning', title: 'Not comparable', message }),
    ),
  ];
}

/** An undecided check stops nobody where the gate passes by its budgets. */
function openCheck(
  { rule, axes, outcome, reason, difference }: GateCheck,
  gate: GateResult['outcome'],
): Annotation {
  const figures = difference === undefined ? '' : changeSentence(difference);
  const cell = axes === undefined ? '' : cellName(axes);
  return {
    level: outcome === 'fail' || gate !== 'pass' ? 'error' : 'warning',
    title: outcome === 'fail' ? 'Gate fails' : 'Gate undecided',
    message: [rule, cell, figures, reason].filter((part) => part !== '').join(': '),
  };
}
