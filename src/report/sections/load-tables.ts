import { formatNumber, formatPercent } from '../../core/figure-text.ts';
import { METRICS } from '../../core/metrics.ts';
import { OUTCOME_LABELS, type Outcome } from '../../core/outcome.ts';
import type { ClientHonesty, LoadRow, SearchRow } from '../../core/record/load-row.ts';
import { validityBadge } from '../page/badge.ts';
import type { Block } from '../page/blocks.ts';
import {
  badgeCell,
  MISSING,
  metricCell,
  metricColumn,
  numberCell,
  type TableCell,
  type TableColumn,
  type TableModel,
  textCell,
} from '../page/table-model.ts';
import { reasonsOf } from './load-families.ts';
import { distinct, loadName, loadTag, type RunView } from './run-view.ts';

/** Every load cell, valid or not, with what it rests on. */
export function loadTableBlocks(view: RunView): Block[] {
  const { load, searches } = view.record;
  if (load.length === 0) return [];
  return [
    { kind: 'table', table: loadTable(view) },
    ...(searches === undefined || searches.length === 0
      ? []
      : [{ kind: 'table' as const, table: searchTable(searches) }]),
    {
      kind: 'disclosure',
      title: 'What the client and the server did while it was measured',
      blocks: [{ kind: 'table', table: honestyTable(view) }],
    },
  ];
}

function loadTable(view: RunView): TableModel {
  const rows = view.record.load;
  const winners = new Set(
    view.answer.recommendations.flatMap((recommendation) => recommendation.winner?.candidate.load?.id ?? []),
  );
  const extra = optionalColumns(rows);
  const hasReasons = rows.some((row) => row.validity.reasons.length > 0);
  return {
    caption: 'Every load cell',
    tall: rows.length > 16,
    columns: [
      { label: 'Batch', number: true },
      {
        label: rows.some((row) => row.rate !== undefined) ? 'Concurrency or rate' : 'Concurrency',
        number: true,
      },
      { label: 'Dimensions', number: true },
      { label: 'Instruction' },
      { label: 'Encoding' },
      { label: 'Validity' },
      metricColumn('textsPerSecond'),
      metricColumn('requestsPerSecond'),
      metricColumn('responseP50Ms'),
      metricColumn('responseP95Ms'),
      metricColumn('responseP99Ms'),
      ...extra.map((column) => column.column),
      { label: 'Failed', number: true },
      { label: 'n', number: true, description: 'Answered requests in the timed windows.' },
      { label: 'Trials', number: true },
      ...(hasReasons ? [{ label: 'Doubts', wide: true }] : []),
    ],
    rows: rows.map((row) => ({
      tag: loadTag(view, row),
      ...(winners.has(row.id) ? { tone: 'chosen' as const } : {}),
      ...(row.validity.verdict === 'invalid' ? { tone: 'muted' as const } : {}),
      cells: [
        numberCell(row.batchSize),
        row.rate === undefined
          ? numberCell(row.concurrency)
          : { text: `${row.rate}/s`, number: true, sort: row.rate },
        numberCell(row.dimensions),
        textCell(row.instruction, row.serverArgs),
        textCell(row.encoding, row.transport === 'wire' ? undefined : row.transport),
        badgeCell(validityBadge(row.validity)),
        metricCell('textsPerSecond', row.throughput.textsPerSecond),
        metricCell('requestsPerSecond', row.throughput.requestsPerSecond),
        metricCell('responseP50Ms', row.latencyMs.response.p50),
        intervalCell(row, 'p95'),
        metricCell('responseP99Ms', row.latencyMs.response.p99),
        ...extra.map((column) => column.cell(row)),
        numberCell(row.requests.sent - row.requests.ok),
        numberCell(row.latencyMs.response.n),
        numberCell(row.trials.length),
        ...(hasReasons ? [textCell(reasonsOf(row) || '–')] : []),
      ],
    })),
  };
}

function intervalCell(row: LoadRow, percentile: 'p95'): TableCell {
  const value = row.latencyMs.response[percentile];
  const interval = row.latencyMs.response.intervals?.[percentile];
  const cell = metricCell('responseP95Ms', value);
  const digits = METRICS.responseP95Ms.digits;
  return value === undefined || interval === undefined
    ? cell
    : { ...cell, detail: `${formatNumber(interval[0], digits)}–${formatNumber(interval[1], digits)}` };
}

interface OptionalColumn {
  readonly column: TableColumn;
  readonly cell: (row: LoadRow) => TableCell;
}

/** Columns that only some runs have anything to say in. */
function optionalColumns(rows: readonly LoadRow[]): OptionalColumn[] {
  const columns: (OptionalColumn & { readonly wanted: boolean })[] = [
    {
      wanted: rows.some((row) => row.throughput.tokensPerSecond !== undefined),
      column: metricColumn('tokensPerSecond'),
      cell: (row) => metricCell('tokensPerSecond', row.throughput.tokensPerSecond),
    },
    {
      wanted: rows.some((row) => row.arrivals !== 'closed'),
      column: metricColumn('serviceP95Ms'),
      cell: (row) => metricCell('serviceP95Ms', row.latencyMs.service.p95),
    },
    {
      wanted: rows.some((row) => row.decodeMs !== undefined),
      column: {
        label: 'Decoding p50',
        unit: 'ms',
        number: true,
        description: 'Last byte to vectors in memory; never part of a latency.',
      },
      cell: (row) => numberCell(row.decodeMs?.p50, 3),
    },
    {
      wanted: rows.some((row) => row.goodput !== undefined),
      column: { label: 'Goodput', number: true, description: 'Share of requests that met the objective.' },
      cell: (row) =>
        row.goodput === undefined
          ? MISSING
          : { text: formatPercent(row.goodput.share, 1), number: true, sort: row.goodput.share },
    },
  ];
  return columns.filter((column) => column.wanted);
}

function searchTable(searches: readonly SearchRow[]): TableModel {
  return {
    caption: 'Searches for the highest load',
    columns: [
      { label: 'Looked for' },
      { label: 'Fixed' },
      { label: 'Objective' },
      { label: 'Highest that met it', number: true },
      { label: 'Lowest that did not', number: true },
      { label: 'Cells', number: true },
      { label: 'Note' },
    ],
    rows: searches.map((search) => ({
      cells: [
        textCell(`${search.kind === 'slo' ? 'highest' : 'knee of'} ${search.over}`),
        textCell(
          Object.entries(search.fixed)
            .map(([axis, value]) => `${axis} ${value}`)
            .join(', '),
        ),
        textCell(search.objective),
        numberCell(search.best, 1),
        numberCell(search.exceeded, 1),
        numberCell(search.cells.length),
        textCell(search.note ?? ''),
      ],
    })),
  };
}

function honestyTable(view: RunView): TableModel {
  return {
    caption: 'The client’s own load, and the server’s counters over the windows',
    tall: view.record.load.length > 16,
    columns: [
      { label: 'Cell' },
      { label: 'Client CPU', number: true },
      { label: 'Event loop busy', number: true },
      { label: 'Loop delay p99', unit: 'ms', number: true },
      {
        label: 'Of its ceiling',
        number: true,
        description: 'Rate over what this client reached against a null server with the same payload.',
      },
      { label: 'Foreign CPU', number: true },
      { label: 'New sockets', number: true },
      {
        label: 'In flight, measured ÷ predicted',
        number: true,
        description: 'Little’s law: 1 when nothing was lost.',
      },
      { label: 'Vector norms', number: true },
      { label: 'Sentinel cosine, least', number: true },
      { label: 'Server counters', wide: true },
    ],
    rows: view.record.load.map((row) => ({ tag: loadTag(view, row), cells: honestyCells(row) })),
  };
}

function honestyCells(row: LoadRow): TableCell[] {
  const { client, vectors } = row;
  const law = client.littlesLaw;
  return [
    textCell(loadName(row)),
    shareCell(client.cpuFraction),
    shareCell(client.eventLoopUtilisation),
    numberCell(client.eventLoopDelayP99Ms, 2),
    shareCell(ceilingShare(client, row)),
    shareCell(client.foreignCpuFraction),
    numberCell(client.newSockets),
    numberCell(law === undefined || law.predicted === 0 ? undefined : law.inFlight / law.predicted, 3),
    vectors === undefined
      ? MISSING
      : { text: `${formatNumber(vectors.normMin, 5)}–${formatNumber(vectors.normMax, 5)}`, number: true },
    numberCell(vectors?.sentinelCosineMin, 7),
    textCell(
      Object.entries(row.server?.counters ?? {})
        .map(([name, value]) => `${name} ${formatNumber(value)}`)
        .join(', '),
    ),
  ];
}

function ceilingShare(client: ClientHonesty, row: LoadRow): number | undefined {
  const ceiling = client.ceilingRequestsPerSecond;
  return ceiling === undefined || ceiling === 0 ? undefined : row.throughput.requestsPerSecond / ceiling;
}

function shareCell(share: number | undefined): TableCell {
  return share === undefined ? MISSING : { text: formatPercent(share, 0), number: true, sort: share };
}

/** Failed requests by cell and kind; a run without any says so. */
export function failureBlocks(view: RunView): Block[] {
  const { load, embeddingFailures } = view.record;
  const failing = load.filter((row) => row.requests.sent > row.requests.ok);
  const kinds = distinct(failing.flatMap((row) => Object.keys(row.requests.failed))) as Outcome[];
  const sent = load.reduce((sum, row) => sum + row.requests.sent, 0);
  const ok = load.reduce((sum, row) => sum + row.requests.ok, 0);
  const summary =
    sent === 0
      ? 'No timed request was sent.'
      : sent === ok
        ? `All ${formatNumber(sent)} timed requests were answered.`
        : `${formatNumber(sent - ok)} of ${formatNumber(sent)} timed requests failed.`;
  return [
    { kind: 'prose', paragraphs: [summary] },
    ...(failing.length === 0 ? [] : [{ kind: 'table' as const, table: failureTable(view, failing, kinds) }]),
    ...(embeddingFailures.length === 0
      ? []
      : [{ kind: 'table' as const, table: embeddingFailureTable(embeddingFailures) }]),
  ];
}

function failureTable(view: RunView, rows: readonly LoadRow[], kinds: readonly Outcome[]): TableModel {
  return {
    caption: 'Failed requests by kind',
    tall: rows.length > 16,
    columns: [
      { label: 'Cell' },
      { label: 'Sent', number: true },
      ...kinds.map((kind) => ({ label: kind, number: true, description: OUTCOME_LABELS[kind] })),
    ],
    rows: rows.map((row) => ({
      tag: loadTag(view, row),
      cells: [
        textCell(loadName(row)),
        numberCell(row.requests.sent),
        ...kinds.map((kind) => numberCell(kind === 'ok' ? undefined : row.requests.failed[kind])),
      ],
    })),
  };
}

function embeddingFailureTable(failures: RunView['record']['embeddingFailures']): TableModel {
  return {
    caption: 'Items without a vector in the quality pass; they are missing by id and shift nothing',
    columns: [
      { label: 'Instruction' },
      { label: 'Kind' },
      { label: 'Items', number: true },
      { label: 'Ids' },
    ],
    rows: failures.map((failure) => ({
      cells: [
        textCell(failure.instruction),
        textCell(failure.kind),
        numberCell(failure.count),
        textCell(listed(failure.ids)),
      ],
    })),
  };
}

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 20).join(', ');
  return ids.length > 20 ? `${shown} and ${ids.length - 20} more` : shown;
}
