import type { RunRecord } from '../core/record/run-record.ts';
import type { TrueLabels } from './paired-scores.ts';

/** The record's labels as the paired scores read them. */
export function trueLabels({ items }: Pick<RunRecord, 'items'>): TrueLabels {
  return new Map(
    Object.entries(items.labels).map(([column, labels]) => [
      column,
      new Map(
        items.ids.flatMap((id, i) => (typeof labels[i] === 'string' ? [[id, labels[i]] as const] : [])),
      ),
    ]),
  );
}

/**
 * A record's labels, filled up with the other record's: a baseline keeps those of the held-out items only. Where
 * both know an item, each is right about its own scores.
 */
export function labelsOf(record: RunRecord, other: RunRecord): TrueLabels {
  const own = trueLabels(record);
  const filled = new Map([...trueLabels(other)].map(([column, labels]) => [column, new Map(labels)]));
  for (const [column, labels] of own) {
    filled.set(column, new Map([...(filled.get(column) ?? []), ...labels]));
  }
  return filled;
}

/** Label column that the run's classification was trained on: the task's own, else the data set's first. */
export function classificationColumn({
  config,
  dataset,
}: Pick<RunRecord, 'config' | 'dataset'>): string | undefined {
  const quality = config['quality'];
  const tasks = isObject(quality) && Array.isArray(quality['tasks']) ? (quality['tasks'] as unknown[]) : [];
  const named = tasks.find((task) => isObject(task) && task['task'] === 'classification');
  const column = isObject(named) ? named['column'] : undefined;
  return typeof column === 'string' ? column : dataset.labelColumns[0];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
