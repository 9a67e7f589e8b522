import { canonicalJson } from '../../core/content-hash.ts';
import { formatNumber } from '../../core/figure-text.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { badge } from '../page/badge.ts';
import type { Block, Section } from '../page/blocks.ts';
import { badgeCell, codeCell, type TableRow, textCell } from '../page/table-model.ts';
import type { ComparisonView } from './comparison-view.ts';

interface Run {
  readonly label: string;
  readonly record: RunRecord;
}

/** What was run on each side, and in what the configs differ. */
export function runsSection(view: ComparisonView): Section {
  const runs = [{ label: view.baseLabel, record: view.base }, ...view.candidates];
  return {
    id: 'runs',
    title: 'Runs',
    blocks: [
      {
        kind: 'table',
        table: {
          caption: 'The runs side by side',
          columns: [
            { label: 'What' },
            { label: 'Equal' },
            ...runs.map(({ label }) => ({ label, wide: runs.length < 4 })),
          ],
          rows: FACTS.map(([name, read]) => factRow(name, runs, read)),
        },
      },
      ...configBlocks(runs),
    ],
  };
}

const FACTS: readonly (readonly [string, (record: RunRecord) => string | undefined])[] = [
  ['Run', ({ runId }) => runId],
  ['Config', ({ name }) => name],
  ['Status', ({ status }) => status],
  ['Started', ({ startedAt }) => `${startedAt.slice(0, 16).replace('T', ' ')} UTC`],
  ['Model', ({ server }) => server.model],
  ['Server', ({ server }) => [server.software ?? server.kind, server.version].filter(Boolean).join(' ')],
  ['Server fingerprint', ({ server }) => server.fingerprint.slice(0, 16)],
  ['Commit', ({ environment }) => environment.commit],
  ['Branch', ({ environment }) => environment.branch],
  ['Machine', ({ environment }) => `${environment.cpuModel}, ${environment.cpus} cores`],
  ['Hardware hash', ({ environment }) => environment.hardwareHash],
  ['Data', ({ dataset }) => `${dataset.name}, ${formatNumber(dataset.rows)} texts`],
  ['Content hash', ({ dataset }) => dataset.hash.slice(0, 16)],
  ['dimsweep', ({ environment }) => environment.dimsweep],
  ['Node.js', ({ environment }) => environment.node],
  ['Quality cells', ({ quality }) => formatNumber(quality.length)],
  ['Load cells', ({ load }) => formatNumber(load.length)],
];

function factRow(
  name: string,
  runs: readonly Run[],
  read: (record: RunRecord) => string | undefined,
): TableRow {
  const values = runs.map(({ record }) => read(record) ?? '–');
  return { cells: [textCell(name), equalCell(values), ...values.map((value) => textCell(value))] };
}

function equalCell(values: readonly string[]) {
  return badgeCell(
    new Set(values).size === 1 ? { tone: 'note', sign: '=', text: 'equal' } : badge('open', 'differs'),
  );
}

/** Settings that are not the same everywhere; secrets were replaced when the runs were recorded. */
function configBlocks(runs: readonly Run[]): Block[] {
  const settings = runs.map(({ record }) => flattened(record.config));
  const paths = [...new Set(settings.flatMap((own) => [...own.keys()]))].sort();
  const differing = paths.filter((path) => new Set(settings.map((own) => own.get(path))).size > 1);
  if (differing.length === 0) return [{ kind: 'prose', paragraphs: ['The configs are equal.'] }];
  return [
    {
      kind: 'table',
      table: {
        caption: 'Settings in which the configs differ',
        tall: differing.length > 16,
        columns: [{ label: 'Setting' }, ...runs.map(({ label }) => ({ label, wide: runs.length < 4 }))],
        rows: differing.map((path) => ({
          cells: [codeCell(path), ...settings.map((own) => codeCell(own.get(path) ?? '–'))],
        })),
      },
    },
  ];
}

/** Path → value of every leaf; a list is a leaf, because its order is one setting. */
function flattened(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    into.set(path, canonicalJson(value ?? null));
    return into;
  }
  for (const [key, member] of Object.entries(value)) {
    flattened(member, path === '' ? key : `${path}.${key}`, into);
  }
  return into;
}
