import type { DataCard, DatasetBlock } from '../core/record/dataset-block.ts';
import { classCounts, type Dataset } from './dataset.ts';
import { exactDuplicates, groupByText } from './duplicates.ts';

/** The dataset as a run record keeps it; texts and labels themselves stand in the record's `items`. */
export function summariseDataset(dataset: Dataset, card?: DataCard): DatasetBlock {
  const { name, source, hash, sourceRows, labelColumns, badRows } = dataset;
  const [primary, ...others] = labelColumns;
  const counts = (column: string) => Object.fromEntries(classCounts(dataset, column));
  return {
    name,
    source,
    hash,
    rows: dataset.ids.length,
    sourceRows,
    labelColumns: [...labelColumns],
    labels: primary === undefined ? {} : counts(primary),
    ...(others.length === 0
      ? {}
      : { otherLabels: Object.fromEntries(others.map((column) => [column, counts(column)])) }),
    duplicates: card?.exactDuplicates ?? exactDuplicates(groupByText(dataset.texts)),
    badRows: { count: badRows.count, shown: [...badRows.shown] },
    ...(card === undefined ? {} : { card }),
  };
}
