import type { Badge } from '../page/badge.ts';

/**
 * What is worth saying in a few lines about a run, a comparison or a gate, before it is a terminal's table or
 * Markdown: the answer first, then what must be known to believe it, then tables.
 */
export interface Summary {
  readonly title: string;
  /** What was looked at: one line each. */
  readonly particulars: readonly string[];
  /** The sentence that a hurried reader needs. */
  readonly headline?: string;
  /** Said before any figure. */
  readonly warnings: readonly string[];
  readonly answers: readonly SummaryAnswer[];
  readonly sections: readonly SummarySection[];
}

/** One question with its answer. */
export interface SummaryAnswer {
  readonly question: string;
  readonly value: string;
  readonly badge?: Badge;
  readonly sentence?: string;
  readonly doubts: readonly string[];
}

export interface SummarySection {
  readonly title: string;
  /** What the table cannot say: how to read it, what was left out. */
  readonly notes: readonly string[];
  readonly table?: SummaryTable;
  /** Sentences, one per line. */
  readonly points: readonly string[];
  /** Not needed at first sight: collapsed where the medium can. */
  readonly folded: boolean;
}

export interface SummaryColumn {
  readonly head: string;
  readonly align?: 'left' | 'right';
  /** Cells may be cut down to this many columns where room is short. */
  readonly least?: number;
  /** Optional columns are left out before cells are cut below this. */
  readonly comfortable?: number;
  /** Columns with the highest number are left out first where room is short; a column without one stays. */
  readonly optional?: number;
  /** Holds sentences: they go on in further lines and are never cut. */
  readonly wraps?: boolean;
}

export interface SummaryTable {
  readonly columns: readonly SummaryColumn[];
  readonly rows: readonly (readonly string[])[];
}
