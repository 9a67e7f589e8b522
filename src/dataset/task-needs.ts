import type { QualityConfig } from '../config/quality-config.ts';

/** What one task asks of the dataset's own rows and labels. */
export interface TaskNeed {
  readonly task: string;
  /** Label columns it reads; absent: all of the dataset's when `allColumns`, else the primary one. */
  readonly columns?: readonly string[];
  readonly allColumns?: boolean;
  /** Share of rows held out by a stratified split. */
  readonly testShare?: number;
  /** Folds of a stratified cross-validation. */
  readonly folds?: number;
  /** Number of clusters; absent: the number of classes. */
  readonly clusters?: number;
}

/** What the tasks of a config ask of the dataset; tasks with data of their own, and fidelity, ask nothing. */
export function taskNeeds(quality: QualityConfig): TaskNeed[] {
  return quality.tasks.flatMap((entry): TaskNeed[] => {
    const settings = typeof entry === 'string' ? { task: entry } : entry;
    if (settings.path !== undefined) return [];
    const columns = settings.column === undefined ? {} : { columns: [settings.column] };
    const need = { task: settings.task, ...columns };
    switch (settings.task) {
      case 'classification': {
        const { protocols } = settings;
        const folds = protocols === undefined || protocols.includes('cv') ? { folds: quality.folds } : {};
        return [{ ...need, testShare: quality.testShare, ...folds }];
      }
      case 'ordinal':
        return [{ ...need, testShare: quality.testShare }];
      case 'clustering':
        return [{ ...need, allColumns: settings.column === undefined }];
      case 'zeroShot':
        return [need];
      default:
        return [];
    }
  });
}
