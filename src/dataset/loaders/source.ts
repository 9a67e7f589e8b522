import type { RowProblem } from '../bad-row-log.ts';

/** What a loader is asked for. */
export interface SourceRequest {
  /** File to open; a loader of built-in data ignores it. */
  readonly path: string;
  /** The file as the config names it, for messages. */
  readonly source: string;
  /** Columns to read, in the order of {@link GoodRow.values}. */
  readonly columns: readonly string[];
  /** CSV only. */
  readonly delimiter?: string;
}

/** A row that could be read: raw values of the asked columns, `undefined` where the row lacks the column. */
export interface GoodRow {
  /** 1-based line of the file on which the row starts (row number where a format has no lines). */
  readonly line: number;
  readonly values: readonly unknown[];
}

/** A row that could not be read. */
export interface BrokenRow {
  readonly line: number;
  readonly problem: RowProblem;
}

export type SourceRow = GoodRow | BrokenRow;

/** Reads one kind of source, block by block, so that no file has to fit into memory as a whole. */
export interface DatasetLoader {
  /** Endings of the files it reads, with the dot. */
  readonly endings: readonly string[];
  /**
   * Every row of the source exactly once and in order, good or broken; blank lines are no rows.
   *
   * @throws UsageError when the source cannot be read at all, or a column exists nowhere in it
   */
  readonly read: (request: SourceRequest, signal?: AbortSignal) => AsyncGenerator<SourceRow[]>;
}
