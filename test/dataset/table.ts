import { createDataset, type Dataset, type Label } from '../../src/dataset/dataset.ts';

/** A dataset made in the test; ids are row positions. */
export function tableOf(
  texts: readonly string[],
  labels: Readonly<Record<string, readonly Label[]>>,
): Dataset {
  return createDataset({
    name: 'table',
    source: 'table.csv',
    ids: texts.map((_, i) => String(i)),
    texts,
    labels,
    labelColumns: Object.keys(labels),
    badRows: { count: 0, shown: [] },
    sourceRows: texts.length,
  });
}
