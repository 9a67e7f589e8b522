import type { Config } from '../config/config.ts';
import type { DataCard } from '../core/record/dataset-block.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { modelEntry } from '../embedded/models/model-table.ts';
import type { CardRequest } from '../quality/dataset-card.ts';
import type { SweepContext } from './sweep-context.ts';

/** The data card of the run's data, with the lexical baseline on the split that the scores use. */
export function dataCardOf({ dataset, loaded, worker, signal }: SweepContext): Promise<DataCard> {
  const { config } = loaded;
  return worker.card({ dataset, ...holdOutOf(config, dataset), ...modelOf(config) }, { signal });
}

/** The first task that holds rows out says which column is split. */
function holdOutOf({ quality, seed }: Config, dataset: Dataset): Pick<CardRequest, 'holdOut'> {
  if (quality === false) return {};
  const tasks = quality.tasks.map((entry) => (typeof entry === 'string' ? { task: entry } : entry));
  const splitting = tasks.find(({ task }) => task === 'classification' || task === 'ordinal');
  const column = splitting?.column ?? dataset.labelColumns[0];
  if (splitting === undefined || column === undefined) return {};
  return { holdOut: { column, testShare: quality.testShare, seed } };
}

/** An embedded model that knows English alone was made for Latin script; of other models nothing is known. */
function modelOf({ server }: Config): Pick<CardRequest, 'model'> {
  if (server.baseUrl !== 'embedded') return {};
  const { id, languages } = modelEntry(server.model);
  return languages.length > 0 && languages.every((language) => language === 'en')
    ? { model: { name: id, scripts: ['latin'] } }
    : {};
}
