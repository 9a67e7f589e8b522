import type { CellAxes, MeasuredChange } from '../../compare/difference.ts';
import type { MetricId } from '../../core/metrics.ts';
import type { History, HistoryRow } from '../../store/history.ts';
import type { HistoryPoint } from '../../store/history-points.ts';

/** A run of a history without its figures. */
export type HistoryRun = Omit<HistoryRow, 'points'>;

/** One figure of one run. */
export interface SeriesPoint extends Pick<HistoryPoint, 'value' | 'low' | 'high' | 'n' | 'validity'> {
  /** Index of the run among the model's runs. */
  readonly run: number;
}

/** A stretch of runs around one level. Positions are indices into the series' points. */
export interface Level {
  readonly from: number;
  /** Last position, inclusive. */
  readonly to: number;
  readonly level: number;
  /** Points that count: invalid ones belong to no level. */
  readonly count: number;
}

/** One figure of one cell over all runs in which it means the same. */
export interface HistorySeries {
  /** Name of the config. */
  readonly config: string;
  /** Cell id; `run` for figures of the run as a whole. */
  readonly cell: string;
  /** The cell in words. */
  readonly label: string;
  /** The cell's axes; none for the run as a whole. */
  readonly axes: CellAxes;
  /** Metric id, or score key (`ari[domain]`). */
  readonly metric: string;
  readonly metricId: MetricId;
  /** What must be equal for its points to be comparable, in words: the data or the hardware. */
  readonly setting: string;
  /** Oldest first. */
  readonly points: readonly SeriesPoint[];
  /** One when nothing stepped; empty when there are too few points to tell. */
  readonly levels: readonly Level[];
}

export type StepVerdict = 'regressed' | 'improved' | 'changed';

/** A series going from one level to the next. */
export interface HistoryStep extends Pick<MeasuredChange, 'value' | 'scale'> {
  /** Index among the model's series. */
  readonly series: number;
  readonly before: Level;
  readonly after: Level;
  readonly verdict: StepVerdict;
}

/** Where the commits lie that may have caused a step. */
export type CommitRange =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'same'; readonly commit: string }
  | { readonly kind: 'unknown' };

/** Two neighbouring runs between which figures stepped. */
export interface StepRange {
  /** Indices of the last run before and the first run after. */
  readonly before: number;
  readonly after: number;
  readonly commits: CommitRange;
  /** What else differs between the two runs, one phrase each. */
  readonly alsoChanged: readonly string[];
  /** Worst first. */
  readonly steps: readonly HistoryStep[];
}

/** Figures over runs, with the places where they stepped. */
export interface HistoryModel {
  /** Oldest first. */
  readonly runs: readonly HistoryRun[];
  readonly series: readonly HistorySeries[];
  /** Latest first. */
  readonly ranges: readonly StepRange[];
  /** Runs that could not be read. */
  readonly unreadable: History['unreadable'];
}
