import { loadAxes } from '../../../compare/align.ts';
import type { Comparison } from '../../../compare/comparison.ts';
import type { ComparisonVerdict, Difference } from '../../../compare/difference.ts';
import type { GateCheck, GateResult } from '../../../compare/gate-result.ts';
import { scoreLabel } from '../../../core/figure-text.ts';
import type { ClaimRow, RunRecord } from '../../../core/record/run-record.ts';
import { runDoubts } from '../../sections/header.ts';
import { cellName } from '../../summaries/cell-name.ts';
import { changeSentence } from '../../summaries/change-words.ts';
import { claimEvidence } from '../../summaries/claim-words.ts';
import { comparisonHeadline } from '../../summaries/comparison-summary.ts';
import { gateAnswer, gateHeadline } from '../../summaries/gate-summary.ts';
import { worstFirst } from '../../summaries/worst-first.ts';
import type { Exporter } from '../exporter.ts';
import { type JunitCase, type JunitOutcome, type JunitSuite, junitXml } from './junit-xml.ts';

/**
 * JUnit XML, so that every CI service shows results as tests. What could not be decided is an error, never a pass.
 *
 * - A run: a case for its end, one per claim of the config and one per load cell. A contradicted claim fails; an
 *   undecidable one, an invalid cell and a run that was stopped are errors.
 * - A comparison: a case per figure. A regression fails, a figure without a verdict and a cell that the candidate
 *   lacks are errors, an inconclusive figure and a new cell are skipped.
 * - A gate: a case for its answer and one per check. An undecided check is an error, but skipped where the gate passes by its budgets.
 */
export const junitExporter: Exporter = {
  description: 'JUnit XML for CI services',
  extension: 'xml',
  run: (record) => junitXml(runSuites(record)),
  comparison: (comparison) => junitXml([comparisonSuite(comparison)]),
  gate: (gate) => junitXml([gateSuite(gate)]),
};

const CLAIM_OUTCOMES: Readonly<Record<ClaimRow['verdict'], JunitOutcome>> = {
  reproduced: 'pass',
  contradicted: 'failure',
  undecidable: 'error',
};

function runSuites(record: RunRecord): JunitSuite[] {
  const { runId, startedAt, status, server, environment, claims = [], load } = record;
  const suite = {
    startedAt,
    properties: { runId, status, model: server.model, software: server.software, commit: environment.commit },
  };
  const end: JunitCase = {
    classname: 'dimsweep.run',
    name: 'the run reached its end',
    outcome: status === 'complete' ? 'pass' : 'error',
    reason: runDoubts(record).join(' '),
  };
  return [
    { ...suite, name: `${record.name}: run`, cases: [end] },
    { ...suite, name: `${record.name}: claims`, cases: claims.map(claimCase) },
    { ...suite, name: `${record.name}: validity`, cases: load.map(validityCase) },
  ];
}

function claimCase(claim: ClaimRow): JunitCase {
  return {
    classname: 'dimsweep.claims',
    name: claim.claim,
    outcome: CLAIM_OUTCOMES[claim.verdict],
    reason: claimEvidence(claim),
  };
}

function validityCase(row: RunRecord['load'][number]): JunitCase {
  const { verdict, reasons } = row.validity;
  const messages = reasons.map(({ message }) => message).join('; ');
  return {
    classname: 'dimsweep.validity',
    name: cellName(loadAxes(row)),
    outcome: verdict === 'invalid' ? 'error' : 'pass',
    reason: verdict === 'valid' ? '' : `${verdict}: ${messages}`,
  };
}

const VERDICT_OUTCOMES: Readonly<Record<ComparisonVerdict, JunitOutcome>> = {
  regressed: 'failure',
  noVerdict: 'error',
  inconclusive: 'skipped',
  improved: 'pass',
  same: 'pass',
};

const VERDICT_WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  regressed: 'regressed',
  noVerdict: 'no verdict',
  inconclusive: 'inconclusive',
  improved: 'improved',
  same: 'the same',
};

function comparisonSuite(comparison: Comparison): JunitSuite {
  const { base, candidate, differences, unmatched } = comparison;
  return {
    ...comparedSuite(comparison),
    name: `${candidate.name} against ${base.baseline ?? base.runId}`,
    cases: [
      comparisonCase(comparison),
      ...worstFirst(differences).map(differenceCase),
      ...unmatched.map(({ kind, axes, side }): JunitCase => {
        const missing = side === 'base';
        return {
          classname: `dimsweep.${kind}.cells`,
          name: cellName(axes),
          outcome: missing ? 'error' : 'skipped',
          reason: missing ? 'the candidate lacks this cell' : 'the base lacks this cell',
        };
      }),
    ],
  };
}

function comparedSuite({ base, candidate }: Comparison): Pick<JunitSuite, 'startedAt' | 'properties'> {
  return {
    startedAt: candidate.startedAt,
    properties: {
      base: base.runId,
      baseline: base.baseline,
      candidate: candidate.runId,
      model: candidate.model,
      software: candidate.software,
      commit: candidate.commit,
    },
  };
}

/** A comparison of nothing must not look like one without regressions. */
function comparisonCase(comparison: Comparison): JunitCase {
  return {
    classname: 'dimsweep.comparison',
    name: 'figures were compared',
    outcome: comparison.differences.length === 0 ? 'error' : 'pass',
    reason: comparisonHeadline(comparison),
  };
}

function differenceCase(difference: Difference): JunitCase {
  const { subject, verdict, reason, doubts } = difference;
  return {
    classname: `dimsweep.${subject.kind}.${subject.metricId}`,
    name: `${scoreLabel(subject.metric)}, ${cellName(subject.axes)}`,
    outcome: VERDICT_OUTCOMES[verdict],
    reason: [changeSentence(difference), `${VERDICT_WORDS[verdict]}: ${reason}`, ...doubts]
      .filter((part) => part !== '')
      .join('; '),
  };
}

const GATE_OUTCOMES: Readonly<Record<GateResult['outcome'], JunitOutcome>> = {
  pass: 'pass',
  fail: 'failure',
  noVerdict: 'error',
};

function gateSuite(gate: GateResult): JunitSuite {
  const { comparison, checks } = gate;
  return {
    ...comparedSuite(comparison),
    name: `gate of ${comparison.candidate.name} against ${comparison.base.baseline ?? comparison.base.runId}`,
    cases: [
      {
        classname: 'dimsweep.gate',
        name: 'the gate as a whole',
        outcome: GATE_OUTCOMES[gate.outcome],
        reason: `${gateAnswer(gate)}. ${gateHeadline(gate)}`,
      },
      ...checks.map((check) => checkCase(check, gate.outcome)),
    ],
  };
}

function checkCase(check: GateCheck, gateOutcome: GateResult['outcome']): JunitCase {
  const { where, rule, axes, outcome, reason, difference, scoreKey } = check;
  const undecided = gateOutcome === 'pass' ? 'skipped' : 'error';
  const figure = scoreKey === undefined ? '' : ` (${scoreLabel(scoreKey)})`;
  return {
    classname: `dimsweep.gate.${where.replace(/^gate\./, '')}`,
    name: axes === undefined ? rule : `${rule}${figure}, ${cellName(axes)}`,
    outcome: outcome === 'fail' ? 'failure' : outcome === 'undecided' ? undecided : 'pass',
    reason: [...(difference === undefined ? [] : [changeSentence(difference)]), reason]
      .filter((part) => part !== '')
      .join('; '),
  };
}
