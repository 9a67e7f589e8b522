import type { LoadCell } from '../core/cell.ts';
import type { ClientHonesty, LoadRow } from '../core/record/load-row.ts';
import type { SampleTable } from '../core/samples.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';
import type { TrialFacts } from './trial-facts.ts';

/** A trial's part in its cell's row. */
export interface TrialPart {
  readonly trial: LoadRow['trials'][number];
  readonly facts: TrialFacts;
  readonly samples: SampleTable;
}

/** Everything that the verdict on a cell looks at. */
export interface CellEvidence {
  readonly cell: LoadCell;
  readonly row: Omit<LoadRow, 'validity'>;
  readonly parts: readonly TrialPart[];
  /** Share of failed requests that a cell may have. */
  readonly errorBudget: number;
  /** What the server's counters say about the declared cache mode. */
  readonly cache?: { readonly state: 'agrees' | 'contradicts' | 'unverified'; readonly message: string };
}

/** What the client did to itself, over all trials: the worst of them counts. */
export function clientHonesty(cell: LoadCell, parts: readonly TrialPart[]): ClientHonesty {
  const facts = parts.map((part) => part.facts);
  const lateness = facts.flatMap((fact) => fact.latenessMs ?? []);
  const figures: Record<string, unknown> = {
    eventLoopUtilisation: greatest(facts.map((fact) => fact.eventLoopUtilisation)),
    eventLoopDelayP99Ms: greatest(facts.map((fact) => fact.eventLoopDelayP99Ms)),
    cpuFraction: greatest(facts.map((fact) => fact.cpuFraction)),
    gcMs: greatest(facts.map((fact) => fact.gcMs)),
    newSockets: facts.reduce((sum, fact) => sum + fact.newSockets, 0),
    workers: greatest(facts.map((fact) => fact.threads)),
    foreignCpuFraction: greatest(facts.map((fact) => fact.foreignCpuFraction)),
    ceilingRequestsPerSecond: greatest(facts.map((fact) => fact.ceilingRequestsPerSecond)),
    littlesLaw: lawInRecord(littlesLaw(parts)),
  };
  if (cell.arrivals !== 'closed' && lateness.length > 0) {
    figures['sendLatenessMs'] = {
      p50: greatest(lateness.map(({ p50 }) => p50)),
      p99: greatest(lateness.map(({ p99 }) => p99)),
    };
  }
  const known = Object.entries(figures).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as ClientHonesty;
}

/** Both sides of Little's law. */
interface LittlesLaw {
  /** As counted while it happened. */
  readonly inFlight: number;
  /** As the samples predict it. */
  readonly predicted: number;
  /** How far the two may lie apart because of requests that straddle an end of a window. */
  readonly straddling: number;
}

/**
 * Mean in flight as counted while it happened, and as the samples predict it: requests that ended per second times
 * their mean service time (Little, Operations Research 9, 1961). A time-out ends at its limit.
 *
 * @returns undefined without a window, and when requests broke off at an unknown time
 */
export function littlesLaw(parts: readonly TrialPart[]): LittlesLaw | undefined {
  let [windowMs, measured, busyMs, straddlingMs] = [0, 0, 0, 0];
  for (const { facts, samples } of parts) {
    if (facts.window === undefined) continue;
    const { openMs, closeMs } = facts.window;
    windowMs += closeMs - openMs;
    measured += facts.meanInFlight * (closeMs - openMs);
    for (let row = 0; row < samples.length; row++) {
      const sent = samples.sentMs[row]!;
      if (!(sent < closeMs)) continue;
      const ended = endOf(samples, row, facts.timeoutMs);
      if (Number.isNaN(ended)) return undefined;
      if (ended < openMs) continue;
      if (ended < closeMs) busyMs += ended - sent;
      else straddlingMs += closeMs - Math.max(sent, openMs);
      straddlingMs += Math.max(0, openMs - sent);
    }
  }
  if (windowMs === 0) return undefined;
  const [inFlight, predicted, straddling] = [measured, busyMs, straddlingMs].map((ms) => ms / windowMs);
  return { inFlight: inFlight!, predicted: predicted!, straddling: straddling! };
}

/** When a request that was sent was over; NaN when it broke off at an unknown time. */
function endOf({ outcome, sentMs, lastByteMs }: SampleTable, row: number, timeoutMs: number): number {
  return outcome[row] === OUTCOME_CODES.timeout ? sentMs[row]! + timeoutMs : lastByteMs[row]!;
}

function lawInRecord(law: LittlesLaw | undefined): ClientHonesty['littlesLaw'] | undefined {
  return law === undefined ? undefined : { inFlight: law.inFlight, predicted: law.predicted };
}

/** Share of the window's requests whose outcome is one of those, 0–1. */
export function shareOf(row: CellEvidence['row'], outcomes: readonly (keyof typeof OUTCOME_CODES)[]): number {
  if (row.requests.sent === 0) return 0;
  const failed = row.requests.failed as Partial<Record<string, number>>;
  return outcomes.reduce((sum, outcome) => sum + (failed[outcome] ?? 0), 0) / row.requests.sent;
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
