import type { LoadCell } from '../../core/cell.ts';
import { cellId } from '../../core/cell.ts';
import type { LoadRow, ServerStory } from '../../core/record/load-row.ts';
import type { TrialPart } from '../../load/cell-evidence.ts';
import { summariseCell } from '../../load/load-row.ts';
import { trialFactsSchema } from '../../load/trial-facts.ts';
import { cacheProvenance } from '../../server/metrics/cache-provenance.ts';
import type { JournalEntryOf } from '../../store/journal-entry.ts';
import { readSamples } from '../../store/sample-files.ts';
import type { LoadSide } from './load-side.ts';
import { reproduceCommand } from './reproduce-command.ts';

type RowContext = Pick<LoadSide, 'config' | 'load' | 'server' | 'texts' | 'folder' | 'configFile'>;

/**
 * A cell's row from the trials on the disk; samples are read trial by trial.
 *
 * @param entries the cell's journal lines
 */
export async function cellRow(
  context: RowContext,
  cell: LoadCell,
  entries: readonly JournalEntryOf<'trial'>[],
): Promise<LoadRow> {
  const id = cellId(cell);
  const ordered = [...entries].sort((a, b) => a.trial.index - b.trial.index);
  const parts: TrialPart[] = [];
  for (const { trial, detail } of ordered) {
    const samples = await readSamples(context.folder, { cell: id, trial: trial.index });
    if (samples !== undefined) parts.push({ trial, samples, facts: trialFactsSchema.parse(detail) });
  }
  const server = mergedStory(ordered.flatMap((entry) => entry.server ?? []));
  const { load, server: block } = context;
  return summariseCell(cell, parts, {
    errorBudget: load.errorBudget,
    ...(load.slo === undefined ? {} : { slo: load.slo }),
    ...(server === undefined ? {} : { server }),
    cache: cacheProvenance({
      mode: cell.cache,
      counters: server?.counters ?? {},
      ...(block.capabilities.prefixCache === undefined
        ? {}
        : { prefixCache: block.capabilities.prefixCache }),
      ...instructionShare(context, cell),
    }),
    reproduce: reproduceCommand(context, cell),
  });
}

/** Share of a prompt's characters that the instruction makes up, as a stand-in for its share of the tokens. */
function instructionShare({ config, texts }: RowContext, cell: LoadCell): { instructionShare?: number } {
  const instruction = config.axes.instruction[cell.instruction];
  if (cell.cache !== 'shared-instruction' || instruction == null || texts.length === 0) return {};
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / texts.length;
  return { instructionShare: instruction.length / (instruction.length + mean) };
}

/** The server's story over several windows: counters add up, gauges and memory keep their extremes. */
function mergedStory(stories: readonly ServerStory[]): ServerStory | undefined {
  if (stories.length === 0) return undefined;
  const counters: Record<string, number> = {};
  const gauges: NonNullable<ServerStory['gauges']> = {};
  for (const story of stories) {
    for (const [name, delta] of Object.entries(story.counters ?? {}))
      counters[name] = (counters[name] ?? 0) + delta;
    for (const [name, range] of Object.entries(story.gauges ?? {})) {
      const known = gauges[name] ?? range;
      gauges[name] = {
        min: Math.min(known.min, range.min),
        max: Math.max(known.max, range.max),
        last: range.last,
      };
    }
  }
  return {
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(Object.keys(gauges).length === 0 ? {} : { gauges }),
    ...largest(stories, 'rssBytes'),
    ...largest(stories, 'gpuMemoryBytes'),
    ...largest(stories, 'gpuUtilisation'),
    ...largest(stories, 'gpuPowerWatts'),
  };
}

function largest(
  stories: readonly ServerStory[],
  key: 'rssBytes' | 'gpuMemoryBytes' | 'gpuUtilisation' | 'gpuPowerWatts',
): ServerStory {
  const known = stories.flatMap((story) => story[key] ?? []);
  return known.length === 0 ? {} : { [key]: Math.max(...known) };
}
