import { loadAxes, qualityAxes } from '../compare/align.ts';
import type { CellAxes } from '../compare/difference.ts';
import { describeCell, type LoadCell, type QualityCell } from '../core/cell.ts';
import { METRICS, type MetricDefinition, type MetricId } from '../core/metrics.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';

/** One figure of one run. */
export interface HistoryPoint {
  /** Cell id, equal over runs for equal cells; `run` for a figure of the run as a whole. */
  readonly cell: string;
  /** The cell in words. */
  readonly label: string;
  /** The cell's axes; none for the run as a whole. */
  readonly axes: CellAxes;
  /** Metric id, or score key (`ari[domain]`). */
  readonly metric: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  /** Items or requests behind the value. */
  readonly n?: number;
  /** The same figure in each trial of a load cell. */
  readonly trials?: readonly number[];
  /** An invalid cell is shown and decides nothing. */
  readonly validity: 'valid' | 'suspect' | 'invalid';
}

/** Every figure of a run that a history can follow. Pure. */
export function historyPoints(record: RunRecord): HistoryPoint[] {
  const peak = record.memory.server?.rssPeakBytes;
  return [
    ...record.quality.flatMap(qualityPoints),
    ...record.load.flatMap(loadPoints),
    ...(peak === undefined
      ? []
      : [
          point(
            { cell: 'run', label: 'the whole run', axes: {} },
            'serverRssPeakBytes' satisfies MetricId,
            peak,
          ),
        ]),
  ];
}

function point(
  subject: Pick<HistoryPoint, 'cell' | 'label' | 'axes'>,
  metric: string,
  value: number,
): HistoryPoint {
  return { ...subject, metric, value, validity: 'valid' };
}

function qualityPoints(row: QualityRow): HistoryPoint[] {
  const { dimensions, instruction, dtype, serverArgs } = row;
  const cell: QualityCell = {
    kind: 'quality',
    dimensions,
    instruction,
    dtype,
    ...(serverArgs === undefined ? {} : { serverArgs }),
  };
  const subject = { cell: row.id, label: describeCell(cell), axes: qualityAxes(row) };
  return [
    ...Object.entries(row.scores).map(([metric, { value, low, high, n }]) => ({
      ...point(subject, metric, value),
      ...(low === undefined || high === undefined ? {} : { low, high }),
      n,
    })),
    point(subject, 'vectorBytes' satisfies MetricId, row.bytesPerVector),
  ];
}

function loadPoints(row: LoadRow): HistoryPoint[] {
  const subject = { cell: row.id, label: describeCell(loadCellOf(row)), axes: loadAxes(row) };
  const metrics: [string, MetricDefinition][] = Object.entries(METRICS);
  return metrics.flatMap(([metric, { read }]) => {
    const value = read?.(row);
    if (value === undefined) return [];
    const trials = row.trials.flatMap((trial) => {
      const figure = (trial as Readonly<Record<string, unknown>>)[metric];
      return typeof figure === 'number' ? [figure] : [];
    });
    return [
      {
        ...point(subject, metric, value),
        ...latencyInterval(row, metric),
        ...(trials.length === 0 ? {} : { trials }),
        validity: row.validity.verdict,
      },
    ];
  });
}

/** The interval of a percentile metric: `serviceP95Ms` → the record's interval of the service p95. */
function latencyInterval(row: LoadRow, metric: string): Pick<HistoryPoint, 'low' | 'high' | 'n'> {
  const match = /^(service|response)(P50|P90|P95|P99)Ms$/.exec(metric);
  if (match === null) return {};
  const distribution = row.latencyMs[match[1] as 'service' | 'response'];
  const interval = distribution.intervals?.[match[2]!.toLowerCase() as 'p50' | 'p90' | 'p95' | 'p99'];
  return { n: distribution.n, ...(interval === undefined ? {} : { low: interval[0], high: interval[1] }) };
}

function loadCellOf(row: LoadRow): LoadCell {
  const { dimensions, instruction, batchSize, arrivals, encoding, transport, cache } = row;
  return {
    kind: 'load',
    ...{ dimensions, instruction, batchSize, arrivals, encoding, transport, cache },
    ...(row.concurrency === undefined ? {} : { concurrency: row.concurrency }),
    ...(row.rate === undefined ? {} : { rate: row.rate }),
    ...(row.serverArgs === undefined ? {} : { serverArgs: row.serverArgs }),
  };
}
