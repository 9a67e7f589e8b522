import { formatBytes, formatNumber, formatPercent, metricName, UNIT_SPACE } from '../../core/figure-text.ts';
import type { MetricId } from '../../core/metrics.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Candidate } from './candidates.ts';
import { EXPLORATORY_ITEMS } from './dimension-answer.ts';
import { loadDoubts, operatingPointName } from './operating-point.ts';
import type { Standings } from './standing.ts';

/** A configuration with the sentences that speak for and against it. */
export interface Choice {
  readonly candidate: Candidate;
  /** `512 dimensions · sentiment · float32 · batch 32 × concurrency 8`. */
  readonly name: string;
  readonly reasons: readonly string[];
  readonly doubts: readonly string[];
}

interface Context {
  readonly record: RunRecord;
  readonly metric: MetricId | undefined;
  readonly standings: Standings | undefined;
}

export function choiceOf(candidate: Candidate, context: Context): Choice {
  return {
    candidate,
    name: candidateName(candidate),
    reasons: [...qualityReasons(candidate, context), ...loadReasons(candidate), bytesReason(candidate)],
    doubts: doubtsOf(candidate, context),
  };
}

/** The configuration in words, short enough for a heading. */
function candidateName(candidate: Candidate): string {
  const { load } = candidate;
  const parts = [
    `${candidate.dimensions} dimensions`,
    `instruction “${candidate.instruction}”`,
    candidate.dtype,
  ];
  if (load !== undefined) {
    parts.push(`${operatingPointName(load)} (batch × ${load.rate === undefined ? 'concurrency' : 'rate'})`);
    parts.push(load.encoding);
    if (load.transport !== 'wire') parts.push(load.transport);
  }
  if (candidate.serverArgs !== undefined) parts.push(`server args ${candidate.serverArgs}`);
  return parts.join(' · ');
}

function qualityReasons(candidate: Candidate, { metric, standings }: Context): string[] {
  const { score, quality } = candidate;
  if (metric === undefined || score === undefined || quality === undefined) return [];
  const name = metricName(metric);
  const best = standings?.best;
  const bestValue = best?.scores[metric]?.value;
  if (best === undefined || bestValue === undefined || best.id === quality.id) {
    return [`The best ${name} of the run.`];
  }
  const retained = `Keeps ${formatPercent(score.value / bestValue, 1)} of the best ${name}`;
  const standing = standings?.of(quality);
  if (standing?.verdict !== 'holds') return [`${retained}.`];
  const evidence = standing.evidence === 'paired' ? ' by paired tests on the same items' : '';
  return [`${retained}, shown to be within the margin${evidence}.`];
}

function loadReasons({ load, textsPerSecond }: Candidate): string[] {
  if (load === undefined || textsPerSecond === undefined || textsPerSecond <= 0) return [];
  const hours = formatNumber(1e6 / textsPerSecond / 3600, 2);
  return [`A million texts take ${hours}${UNIT_SPACE}h of this server.`];
}

function bytesReason({ bytesPerVector }: Candidate): string {
  return `${formatBytes(bytesPerVector * 1e6)} per million stored vectors, without an index.`;
}

function doubtsOf(candidate: Candidate, { record, metric, standings }: Context): string[] {
  const { load, quality, score } = candidate;
  const doubts: string[] = [];
  const standing = quality === undefined ? undefined : standings?.of(quality).verdict;
  if (standing === 'inconclusive') {
    doubts.push('Not shown to be within the margin of the best: the evidence is inconclusive.');
  }
  if (standing === 'fails') doubts.push('Its quality is below the margin of the best.');
  if (score !== undefined && score.n < EXPLORATORY_ITEMS) {
    doubts.push(`The quality rests on ${score.n} items: read it as exploratory.`);
  }
  if (metric !== undefined && quality === undefined) doubts.push('Its quality was not scored.');
  if (load === undefined) doubts.push('Latency and throughput were not measured for these vectors.');
  else doubts.push(...loadDoubts(load));
  return [...doubts, ...serverDoubts(candidate, record)];
}

function serverDoubts({ dimensions, dtype }: Candidate, { server, parity }: RunRecord): string[] {
  const doubts: string[] = [];
  const { capabilities } = server;
  if (dimensions < capabilities.nativeDimensions && capabilities.dimensions !== 'honoured') {
    doubts.push(
      `The server ${capabilities.dimensions === 'refused' ? 'refuses' : 'ignores'} \`dimensions\`: cut and renormalise its vectors on the client.`,
    );
  }
  if (parity.some((check) => check.dimensions === dimensions && !check.agrees)) {
    doubts.push(`The server’s own ${dimensions}-dimensional vectors differ from the scored slices.`);
  }
  if (dtype !== 'float32') {
    doubts.push(`${dtype} is made on the client: the server still sends float32.`);
  }
  return doubts;
}
