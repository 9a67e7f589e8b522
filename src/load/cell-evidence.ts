import type { LoadCell } from '../core/cell.ts';
import type { ClientHonesty, LoadRow } from '../core/record/load-row.ts';
import type { SampleTable } from '../core/samples.ts';
import type { OUTCOME_CODES } from './sample-recorder.ts';
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
    littlesLaw: littlesLaw(parts),
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

/**
 * Mean in flight as counted while it happened, and as the samples predict it: completions per second times
 * their mean service time (Little, Operations Research 9, 1961).
 */
function littlesLaw(parts: readonly TrialPart[]): { inFlight: number; predicted: number } | undefined {
  let [seconds, measured, busyMs] = [0, 0, 0];
  for (const { facts, samples } of parts) {
    if (facts.window === undefined) continue;
    const { openMs, closeMs } = facts.window;
    seconds += (closeMs - openMs) / 1000;
    measured += (facts.meanInFlight * (closeMs - openMs)) / 1000;
    for (let row = 0; row < samples.length; row++) {
      const ended = samples.lastByteMs[row]!;
      if (ended >= openMs && ended < closeMs) busyMs += ended - samples.sentMs[row]!;
    }
  }
  return seconds === 0 ? undefined : { inFlight: measured / seconds, predicted: busyMs / 1000 / seconds };
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
