import { METRICS, type MetricId } from '../core/metrics.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { CellAxes, DifferenceDraft } from './difference.ts';

/** Resident sets of one and the same server differ by a few per cent from start to start … */
const LEAST_RSS_CHANGE = 0.05;
/** … and by what its runtime happens not to have collected or given back yet, however small the server is. */
const RSS_SLACK_BYTES = 32 << 20;

/** Memory metrics that are compared. */
export const MEMORY_METRICS: readonly MetricId[] = ['serverRssPeakBytes', 'vectorBytes'];

/**
 * Server memory and stored-vector bytes of two runs. Memory is read, not sampled: there is nothing to test, the
 * size of the change decides. Bytes per vector are arithmetic, so that any change of theirs counts.
 *
 * @param blocked why memory that depends on the machine cannot be compared
 */
export function memoryDifferences(
  base: RunRecord,
  candidate: RunRecord,
  blocked?: string,
): DifferenceDraft[] {
  const before = base.memory.server?.rssPeakBytes;
  const least = Math.max(LEAST_RSS_CHANGE, RSS_SLACK_BYTES / (before ?? Number.POSITIVE_INFINITY));
  const peak = memoryDraft(
    { metricId: 'serverRssPeakBytes', axes: {}, least, blocked },
    before,
    candidate.memory.server?.rssPeakBytes,
  );
  return [...peak, ...vectorDrafts(base, candidate)];
}

function vectorDrafts(base: RunRecord, candidate: RunRecord): DifferenceDraft[] {
  return base.memory.vectorBytes.flatMap(({ dimensions, dtype, bytesPerVector }) => {
    const partner = candidate.memory.vectorBytes.find(
      (vector) => vector.dimensions === dimensions && vector.dtype === dtype,
    );
    if (partner === undefined) return [];
    return memoryDraft(
      { metricId: 'vectorBytes', axes: { dimensions, dtype }, least: 0, blocked: undefined },
      bytesPerVector,
      partner.bytesPerVector,
    );
  });
}

interface MemorySubject {
  readonly metricId: MetricId;
  readonly axes: CellAxes;
  readonly least: number;
  readonly blocked: string | undefined;
}

/** A figure that neither side has is no difference. */
function memoryDraft(
  { metricId, axes, least, blocked }: MemorySubject,
  base: number | undefined,
  candidate: number | undefined,
): DifferenceDraft[] {
  if (base === undefined && candidate === undefined) return [];
  const draft = {
    subject: { kind: 'memory', cell: 'run', axes, metric: metricId, metricId },
    direction: METRICS[metricId].direction,
    leastEffect: least,
  } as const;
  if (base === undefined || candidate === undefined || base === 0) {
    return [{ ...draft, blocked: blocked ?? 'one side has no figure' }];
  }
  return [
    {
      ...draft,
      change: {
        base,
        candidate,
        scale: 'relative',
        value: candidate / base - 1,
        n: { base: 1, candidate: 1, of: 'readings' },
        method: 'size of the change',
      },
      ...(blocked === undefined ? {} : { blocked }),
    },
  ];
}
