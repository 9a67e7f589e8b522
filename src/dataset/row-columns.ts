import type { DatasetConfig } from '../config/dataset-config.ts';

/** Which column plays which part. */
export interface RowColumns {
  readonly text: string;
  readonly id: string | undefined;
  /** Required in every row, and mapped by `dataset.labels`. */
  readonly label: string | undefined;
  /** May be empty in places, kept as they are. */
  readonly extraLabels: readonly string[];
  readonly where: readonly string[];
}

/** The columns of a file: what the config says. */
export function fileColumns(config: DatasetConfig): RowColumns {
  return {
    text: config.text,
    id: config.id,
    label: config.label,
    extraLabels: config.extraLabels.filter((column) => column !== config.label),
    where: Object.keys(config.where),
  };
}

/** The columns of the built-in reviews: sentiment first unless `dataset.label` says domain. */
export function reviewsColumns(config: DatasetConfig): RowColumns {
  const label = config.label ?? 'sentiment';
  const extraLabels = config.extraLabels.length > 0 ? config.extraLabels : ['sentiment', 'domain'];
  return {
    ...fileColumns(config),
    id: config.id ?? 'id',
    label,
    extraLabels: extraLabels.filter((column) => column !== label),
  };
}

/** Every column to read, each once. */
export function columnsToRead(columns: RowColumns): string[] {
  const { text, id, label, extraLabels, where } = columns;
  const all = [text, id, label, ...extraLabels, ...where];
  return [...new Set(all.filter((column) => column !== undefined))];
}

/** The label columns, the primary one first. */
export function labelColumnsOf(columns: RowColumns): string[] {
  return columns.label === undefined ? [...columns.extraLabels] : [columns.label, ...columns.extraLabels];
}
