import type { LoadedConfig } from '../config/read-config.ts';
import type { DatasetBlock } from '../core/record/dataset-block.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { summariseDataset } from '../dataset/dataset-summary.ts';
import { loadDataset } from '../dataset/load-dataset.ts';
import { requireScorable } from '../dataset/scorable.ts';
import { stratifiedSample } from '../dataset/stratified-sample.ts';
import { taskNeeds } from '../dataset/task-needs.ts';
import type { JournalEntryOf } from '../store/journal-entry.ts';

/**
 * Reads the config's data and refuses what cannot be scored, before a server is asked for anything.
 *
 * @throws UsageError for data that cannot be read or scored
 */
export async function readData(
  { config, baseDirectory }: LoadedConfig,
  signal: AbortSignal,
): Promise<Dataset> {
  const dataset = await loadDataset(config.dataset, { baseDirectory, seed: config.seed }, signal);
  if (config.quality === false) return dataset;
  const needs = taskNeeds(config.quality);
  requireScorable(dataset, needs);
  const { instructionSample } = config.quality;
  const isSampled = instructionSample !== undefined && Object.keys(config.axes.instruction).length > 1;
  if (isSampled) requireScorable(stratifiedSample(dataset, instructionSample, config.seed), needs);
  return dataset;
}

/** The journal's account of the data: its block, and the items unless they are to be kept out of the record. */
export function datasetEntry(
  dataset: Dataset,
  card: DatasetBlock['card'],
  keepTexts: boolean,
): JournalEntryOf<'dataset'> {
  return {
    type: 'dataset',
    dataset: summariseDataset(dataset, card),
    items: {
      ids: [...dataset.ids],
      ...(keepTexts ? { texts: [...dataset.texts] } : {}),
      labels: Object.fromEntries(
        dataset.labelColumns.map((column) => [column, [...(dataset.labels[column] ?? [])]]),
      ),
    },
  };
}
