import { METRICS, type MetricId } from '../core/metrics.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { DifferenceDraft } from './difference.ts';

/**
 * Server memory and stored-vector bytes of two runs. Memory is read, not sampled: there is nothing to test, the
 * size of the change decides.
 */
export function memoryDifferences(
  base: RunRecord,
  candidate: RunRecord,
  blocked: string | undefined,
): DifferenceDraft[] {
  const peak = drafts(
    'serverRssPeakBytes',
    {},
    base.memory.server?.rssPeakBytes,
    candidate.memory.server?.rssPeakBytes,
    blocked,
  );
  const stored = base.memory.vectorBytes.flatMap(({ dimensions, dtype, bytesPerVector }) => {
    const partner = candidate.memory.vectorBytes.find(
      (v) => v.dimensions === dimensions && v.dtype === dtype,
    );
    return partner === undefined
      ? []
      : drafts('vectorBytes', { dimensions, dtype }, bytesPerVector, partner.bytesPerVector, undefined);
  });
  return [...peak, ...stored];
}

function drafts(
  metricId: MetricId,
  axes: Record<string, string | number>,
  base: number | undefined,
  candidate: number | undefined,
  blocked: string | undefined,
): DifferenceDraft[] {
  if (base === undefined && candidate === undefined) return [];
  const subject = { kind: 'memory', cell: 'run', axes, metric: metricId, metricId } as const;
  const { direction } = METRICS[metricId];
  if (base === undefined || candidate === undefined || base === 0) {
    return [{ subject, direction, blocked: blocked ?? 'one side has no figure' }];
  }
  return [
    {
      subject,
      direction,
      change: {
        base,
        candidate,
        scale: 'relative',
        value: candidate / base - 1,
        n: { base: 1, candidate: 1 },
        method: 'size of the change',
      },
      ...(blocked === undefined ? {} : { blocked }),
    },
  ];
}
