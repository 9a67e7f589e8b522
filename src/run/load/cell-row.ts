import type { LoadCell } from '../../core/cell.ts';
import { cellId } from '../../core/cell.ts';
import type { LoadRow } from '../../core/record/load-row.ts';
import type { TrialPart } from '../../load/cell-evidence.ts';
import { summariseCell } from '../../load/load-row.ts';
import { trialFactsSchema } from '../../load/trial-facts.ts';
import { cacheProvenance } from '../../server/metrics/cache-provenance.ts';
import type { JournalEntryOf } from '../../store/journal-entry.ts';
import { readSamples } from '../../store/sample-files.ts';
import type { LoadSide } from './load-side.ts';
import { mergeStories } from './merge-stories.ts';
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
  const server = mergeStories(ordered.flatMap((entry) => entry.server ?? []));
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
