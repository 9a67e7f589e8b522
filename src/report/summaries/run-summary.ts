import { recommend } from '../../compare/recommend.ts';
import { formatDuration, formatNumber } from '../../core/figure-text.ts';
import { OUTCOME_LABELS, type Outcome } from '../../core/outcome.ts';
import type { ClaimRow, RunRecord } from '../../core/record/run-record.ts';
import { createTagIndex } from '../page/tags.ts';
import { answerSection } from '../sections/answer-section.ts';
import { runDoubts } from '../sections/header.ts';
import { distinct, loadName, type RunView } from '../sections/run-view.ts';
import { claimEvidence } from './claim-words.ts';
import { pointsByReason } from './points-by-reason.ts';
import { loadSummary } from './run-load.ts';
import { qualitySummaries } from './run-quality.ts';
import type { Summary, SummaryAnswer, SummarySection } from './summary.ts';

/** A run in short: the answer, quality by dimension, the load table, doubts and failures. */
export function runSummary(record: RunRecord): Summary {
  const view: RunView = { record, answer: recommend(record), tags: createTagIndex() };
  return {
    title: `Run ${record.name}`,
    particulars: particularsOf(record),
    warnings: runDoubts(record),
    answers: answersOf(view),
    sections: [
      ...qualitySummaries(view),
      ...loadSummary(view),
      ...claimsSummary(record),
      ...troubles(record),
    ],
  };
}

function particularsOf({ server, dataset, startedAt, finishedAt, status }: RunRecord): string[] {
  const software = [server.software, server.version].filter((part) => part !== undefined).join(' ');
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const time = Number.isFinite(seconds) ? ` after ${formatDuration(seconds)}` : '';
  return [
    `${server.model} on ${software === '' ? server.kind : `${software} (${server.kind})`}`,
    `${dataset.name}, ${formatNumber(dataset.rows)} texts`,
    `${status}${time}`,
  ];
}

function answersOf(view: RunView): SummaryAnswer[] {
  const { tiles, cards } = answerSection(view);
  return [
    ...tiles.map(({ question, value, unit, badge, sentence, doubts }) => ({
      question,
      value: unit === undefined ? value : `${value} ${unit}`,
      ...(badge === undefined ? {} : { badge }),
      sentence,
      doubts,
    })),
    ...cards.map(({ title, winner, whyNone }) => ({
      question: title,
      value: winner?.name ?? whyNone ?? '–',
      doubts: [],
    })),
  ];
}

const WORST_CLAIM_FIRST: readonly ClaimRow['verdict'][] = ['contradicted', 'undecidable', 'reproduced'];

function claimsSummary({ claims = [] }: RunRecord): SummarySection[] {
  if (claims.length === 0) return [];
  const count = (verdict: ClaimRow['verdict']) => claims.filter((claim) => claim.verdict === verdict).length;
  const ordered = claims.toSorted(
    (a, b) => WORST_CLAIM_FIRST.indexOf(a.verdict) - WORST_CLAIM_FIRST.indexOf(b.verdict),
  );
  return [
    {
      title: `Claims: ${WORST_CLAIM_FIRST.map((verdict) => `${count(verdict)} ${verdict}`).join(', ')}`,
      notes: [],
      points: ordered.map((claim) => `${claim.verdict}: ${claim.claim}: ${claimEvidence(claim)}`),
      folded: false,
    },
  ];
}

/** What went wrong or is in doubt, beside the doubts that stand with the answer. */
function troubles(record: RunRecord): SummarySection[] {
  const points = [
    ...validityPoints(record.load),
    ...failurePoints(record),
    ...record.quality.flatMap(({ notes = [] }) => notes),
    ...badRowPoints(record.dataset),
  ];
  return points.length === 0
    ? []
    : [{ title: 'Doubts and failures', notes: [], points: distinct(points), folded: false }];
}

/** A suspect cell stands under each of its reasons; an invalid one keeps them together, for any may be the one. */
function validityPoints(load: RunRecord['load']): string[] {
  const having = (verdict: 'invalid' | 'suspect') =>
    load.filter(({ validity }) => validity.verdict === verdict);
  return [
    ...pointsByReason(
      having('invalid').map((row) => ({
        reason: `invalid: ${row.validity.reasons.map(({ message }) => message).join('; ')}`,
        name: loadName(row),
      })),
    ),
    ...pointsByReason(
      having('suspect').flatMap((row) =>
        row.validity.reasons.map(({ message }) => ({ reason: `suspect: ${message}`, name: loadName(row) })),
      ),
    ),
  ];
}

function failurePoints({ load, embeddingFailures }: RunRecord): string[] {
  const sent = load.reduce((sum, row) => sum + row.requests.sent, 0);
  const ok = load.reduce((sum, row) => sum + row.requests.ok, 0);
  const kinds = distinct(load.flatMap((row) => Object.keys(row.requests.failed))) as Exclude<Outcome, 'ok'>[];
  const counts = kinds
    .map((kind) => ({ kind, count: load.reduce((sum, row) => sum + (row.requests.failed[kind] ?? 0), 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${formatNumber(count)} ${OUTCOME_LABELS[kind]}`);
  return [
    ...(sent === ok
      ? []
      : [`${formatNumber(sent - ok)} of ${formatNumber(sent)} timed requests failed: ${counts.join('; ')}`]),
    ...embeddingFailures.map(
      ({ instruction, kind, count }) =>
        `${count} texts have no vector under instruction “${instruction}” (${kind}); their scores leave them out`,
    ),
  ];
}

function badRowPoints({ badRows }: RunRecord['dataset']): string[] {
  if (badRows.count === 0) return [];
  const { count, shown } = badRows;
  const first = shown[0] === undefined ? '' : `, the first in line ${shown[0].line}: ${shown[0].message}`;
  return [`${formatNumber(count)} ${count === 1 ? 'row' : 'rows'} of the data left out${first}`];
}
