import type { LoadedConfig } from '../config/read-config.ts';
import type { Clock } from '../core/clock.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { Plan } from '../plan/plan.ts';
import type { QualityWorker } from '../quality/run-in-worker.ts';
import type { RunFolder } from '../store/run-folder.ts';
import type { EmitRunEvent } from './events.ts';

/** What a sweep needs from the outside. */
export interface RunSweepInput {
  readonly loaded: LoadedConfig;
  /** Folder that holds the runs. */
  readonly resultsDirectory: string;
  /** The run's own folder, when the user named one. */
  readonly out?: string;
  readonly resume: boolean;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: EmitRunEvent;
  /** Aborts when the user stops the run. */
  readonly signal: AbortSignal;
}

/** What a sweep leaves behind. */
export interface FinishedRun {
  readonly record: RunRecord;
  readonly folder: RunFolder;
}

/** Everything that all servers of a sweep share. */
export interface SweepContext extends RunSweepInput {
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly worker: QualityWorker;
}
