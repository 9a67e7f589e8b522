import { formatBytes, formatDuration, formatNumber } from '../../core/figure-text.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import type { Block, Fact, Section } from '../page/blocks.ts';
import { codeCell, textCell } from '../page/table-model.ts';
import { loadName, loadTag, qualityTag, type RunView, vectorName } from './run-view.ts';

/** Everything that is needed to do it again. */
export function reproduceSection(view: RunView): Section {
  const { record } = view;
  const lines = record.load.filter((row) => row.reproduce !== undefined);
  return {
    id: 'reproduce',
    title: 'Reproduce',
    blocks: [
      { kind: 'facts', facts: environmentFacts(view) },
      {
        kind: 'table',
        table: {
          caption: 'Instructions as they were sent',
          columns: [
            { label: 'Name' },
            { label: 'Instruction' },
            { label: 'Template' },
            { label: 'First prompt' },
          ],
          rows: record.instructions.map((instruction) => ({
            cells: [
              textCell(instruction.name),
              textCell(instruction.text ?? 'none'),
              codeCell(instruction.template),
              codeCell(instruction.example),
            ],
          })),
        },
      },
      ...commandBlocks(
        'load cell',
        lines.map((row) => ({ tag: loadTag(view, row), name: loadName(row), command: row.reproduce! })),
      ),
      ...commandBlocks(
        'quality cell',
        record.quality.map((row) => ({
          tag: qualityTag(view, row),
          name: vectorName(row),
          command: qualityCommand(view, row),
        })),
      ),
      {
        kind: 'disclosure',
        title: 'Config as it was resolved, secrets replaced',
        blocks: [
          {
            kind: 'text',
            title: 'Save it as config.json to run it again',
            text: JSON.stringify(record.config, null, 2),
          },
        ],
      },
    ],
  };
}

interface Command {
  readonly tag: number;
  readonly name: string;
  readonly command: string;
}

function commandBlocks(kind: string, commands: readonly Command[]): Block[] {
  if (commands.length === 0) return [];
  return [
    {
      kind: 'disclosure',
      title: `A line for each ${kind} (${commands.length})`,
      blocks: [
        {
          kind: 'table',
          table: {
            caption: `Command lines that measure one ${kind} alone`,
            tall: commands.length > 8,
            columns: [{ label: 'Cell' }, { label: 'Command', wide: true }],
            rows: commands.map(({ tag, name, command }) => ({
              tag,
              cells: [textCell(name), codeCell(command)],
            })),
          },
        },
      ],
    },
  ];
}

/** Runs on the config below, saved as a file: its secrets must be filled in again. */
function qualityCommand({ record }: RunView, row: QualityRow): string {
  const text = record.instructions.find((instruction) => instruction.name === row.instruction)?.text ?? null;
  const settings = [
    `axes.dimensions=[${row.dimensions}]`,
    `axes.instruction=${JSON.stringify({ [row.instruction]: text })}`,
    `axes.dtype=[${row.dtype}]`,
    'load=false',
  ];
  return `dimsweep run config.json ${settings.map((setting) => `--set ${shellQuoted(setting)}`).join(' ')}`;
}

/** In single quotes where a shell would read more into the text. */
function shellQuoted(text: string): string {
  return /^[\w.=/:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function environmentFacts({ record }: RunView): Fact[] {
  const { environment, cache, phases } = record;
  const facts: Fact[] = [
    { term: 'dimsweep', value: environment.dimsweep, detail: `Node ${environment.node}` },
    {
      term: 'Machine that measured',
      value: environment.cpuModel,
      detail: `${environment.cpus} cores, ${formatBytes(environment.memoryBytes)}, ${environment.platform} ${environment.arch}`,
    },
    { term: 'Hardware hash', value: environment.hardwareHash },
    { term: 'Run', value: record.runId },
    { term: 'Config hash', value: record.configHash.slice(0, 16) },
    {
      term: 'Server fingerprint',
      value: record.server.fingerprint.slice(0, 16),
      detail: record.server.baseUrl,
    },
  ];
  if (environment.commit !== undefined) {
    const dirty = environment.dirty === true ? ', with changes' : '';
    facts.push({ term: 'Commit', value: environment.commit, detail: `${environment.branch ?? ''}${dirty}` });
  }
  if (environment.ci !== undefined) facts.push({ term: 'CI', value: environment.ci });
  if (cache !== undefined) {
    facts.push({
      term: 'Embedding cache',
      value: `${formatNumber(cache.hits)} of ${formatNumber(cache.hits + cache.misses)} vectors`,
      detail: `${cache.store}; quality pass only, never in a timed window`,
    });
  }
  const spent = Object.entries(phases).map(([phase, seconds]) => `${phase} ${formatDuration(seconds)}`);
  if (spent.length > 0) facts.push({ term: 'Time spent', value: spent.join(', ') });
  return facts;
}
