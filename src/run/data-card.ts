import type { DataCard } from '../core/record/dataset-block.ts';
import { buildDataCard } from '../dataset/card/data-card.ts';
import type { SweepContext } from './run-sweep.ts';

/** The data card of the run's data, with the lexical baseline on the split that the scores use. */
export async function dataCardOf({ dataset }: SweepContext): Promise<DataCard> {
  return buildDataCard(dataset);
}
