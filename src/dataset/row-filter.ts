import type { DatasetConfig } from '../config/dataset-config.ts';
import { labelKey } from './label-value.ts';

/** Whether a row is kept; `value` gives its raw value in a column. */
export type RowFilter = (value: (column: string) => unknown) => boolean;

/** The function behind `dataset.where`: a row stays when every named column has one of its listed values. */
export function createRowFilter(where: DatasetConfig['where']): RowFilter {
  const allowed = Object.entries(where).map(([column, values]) => ({
    column,
    keys: new Set((Array.isArray(values) ? values : [values]).map(labelKey)),
  }));
  return (value) =>
    allowed.every(({ column, keys }) => {
      const raw = value(column);
      return raw !== undefined && raw !== null && keys.has(labelKey(raw));
    });
}
