import { formatBytes, formatNumber, formatPercent } from '../../core/figure-text.ts';
import type { MemoryBlock } from '../../core/record/memory-block.ts';
import { barChart } from '../charts/bar-chart.ts';
import { seriesStyle } from '../charts/series-style.ts';
import type { Block, Fact, Section } from '../page/blocks.ts';
import { numberCell, textCell } from '../page/table-model.ts';
import { CHART, distinct, type RunView } from './run-view.ts';

type ServerMemory = NonNullable<MemoryBlock['server']>;

/** Three memories side by side that must never be read as one. */
export function memorySection(view: RunView): Section {
  return { id: 'memory', title: 'Memory', blocks: memoryBlocks(view) };
}

function memoryBlocks(view: RunView): Block[] {
  const { memory } = view.record;
  return [
    {
      kind: 'prose',
      paragraphs: [
        'Three different memories. Fewer dimensions shrink the stored vectors and nothing else: the server holds the same weights at every width.',
      ],
    },
    { kind: 'subsection', title: 'Server', blocks: serverBlocks(memory.server) },
    {
      kind: 'subsection',
      title: 'Client',
      blocks: [
        {
          kind: 'facts',
          facts: [
            {
              term: 'Resident set, peak',
              value: formatBytes(memory.client.rssPeakBytes),
              detail: 'the process that measured; it says nothing about the server',
            },
          ],
        },
      ],
    },
    { kind: 'subsection', title: 'Stored vectors', blocks: storedBlocks(view) },
  ];
}

const SERVER_TERMS: readonly (readonly [keyof ServerMemory, string])[] = [
  ['rssBytes', 'Resident set at the start'],
  ['rssPeakBytes', 'Resident set, peak'],
  ['pssBytes', 'Proportional set'],
  ['cgroupBytes', 'Control group at the end'],
  ['cgroupPeakBytes', 'Control group, peak'],
  ['weightBytes', 'Weights, by the server'],
  ['kvPoolBytes', 'KV pool, by the server'],
  ['graphBytes', 'Graphs, by the server'],
];

function serverBlocks(server: MemoryBlock['server']): Block[] {
  if (server === undefined) {
    return [
      {
        kind: 'prose',
        paragraphs: ['Not measured: the server runs elsewhere, and offered no figures of its own.'],
      },
    ];
  }
  const facts: Fact[] = SERVER_TERMS.flatMap(([key, term]) => {
    const value = server[key];
    return typeof value === 'number' ? [{ term, value: formatBytes(value) }] : [];
  });
  if (server.tokenCapacity !== undefined) {
    facts.push({ term: 'Token capacity', value: formatNumber(server.tokenCapacity) });
  }
  for (const gpu of server.gpus ?? []) {
    const total = gpu.totalBytes === undefined ? '' : ` of ${formatBytes(gpu.totalBytes)}`;
    facts.push({
      term: `GPU ${gpu.index}`,
      value: gpu.usedBytes === undefined ? 'not told' : `${formatBytes(gpu.usedBytes)}${total}`,
      ...(gpu.name === undefined ? {} : { detail: gpu.name }),
    });
  }
  return [
    { kind: 'facts', facts },
    ...(server.preallocated === true
      ? [
          {
            kind: 'prose' as const,
            paragraphs: [
              'The server reserves its memory when it starts: a flat line over the sweep is no finding.',
            ],
          },
        ]
      : []),
  ];
}

function storedBlocks(view: RunView): Block[] {
  const rows = view.record.memory.vectorBytes;
  if (rows.length === 0) return [{ kind: 'prose', paragraphs: ['No vectors were scored.'] }];
  const most = Math.max(...rows.map((row) => row.bytesPerVector));
  const dtypes = distinct(rows.map((row) => row.dtype));
  const sorted = rows.toSorted((a, b) => b.bytesPerVector - a.bytesPerVector);
  return [
    {
      kind: 'figure',
      figure: {
        title: 'A million stored vectors',
        svg: barChart({
          label: 'Bytes of a million stored vectors by dimensions and dtype, without any index',
          width: CHART.wide.width,
          x: { label: 'bytes of a million vectors', scale: 'linear', format: formatBytes },
          bars: sorted.map((row) => ({
            name: `${row.dimensions} · ${row.dtype}`,
            value: row.bytesPerVector * 1e6,
            text: formatBytes(row.bytesPerVector * 1e6),
            colour: seriesStyle(dtypes.indexOf(row.dtype)).colour,
            tag: view.tags.of({ dimensions: row.dimensions, dtype: row.dtype }),
            tip: `${row.dimensions} dimensions · ${row.dtype}\n${formatNumber(row.bytesPerVector)} B each\n${saved(row.bytesPerVector, most)}`,
          })),
        }),
        caption:
          'Arithmetic, not a measurement: dimensions × bytes of the dtype. An index on top comes extra.',
        table: {
          caption: 'Stored vectors: the figures',
          tall: rows.length > 16,
          columns: [
            { label: 'Dimensions', number: true },
            { label: 'dtype' },
            { label: 'Bytes per vector', number: true },
            { label: 'A million vectors', number: true },
            { label: 'Against the largest', number: true },
          ],
          rows: sorted.map((row) => ({
            tag: view.tags.of({ dimensions: row.dimensions, dtype: row.dtype }),
            cells: [
              numberCell(row.dimensions),
              textCell(row.dtype),
              numberCell(row.bytesPerVector),
              { text: formatBytes(row.bytesPerVector * 1e6), number: true, sort: row.bytesPerVector },
              { text: saved(row.bytesPerVector, most), number: true, sort: row.bytesPerVector / most },
            ],
          })),
        },
      },
    },
  ];
}

function saved(bytes: number, most: number): string {
  return bytes === most ? 'the largest' : `−${formatPercent(1 - bytes / most, 1)}`;
}
