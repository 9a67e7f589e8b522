import type { Config } from '../../config/config.ts';
import type { LoadConfig } from '../../config/load-config.ts';
import type { Clock } from '../../core/clock.ts';
import type { ServerBlock } from '../../core/record/server-block.ts';
import type { LoadEngine } from '../../load/load-engine.ts';
import type { LoadTarget } from '../../load/trial-request.ts';
import type { MemoryWatch } from '../../memory/memory-watch.ts';
import type { MetricsScraper } from '../../server/metrics/metrics-scraper.ts';
import type { ServerAdmin } from '../../server/sglang/server-admin.ts';
import type { Journal } from '../../store/journal.ts';
import type { JournalState } from '../../store/journal-state.ts';
import type { RunFolder } from '../../store/run-folder.ts';
import type { EmitRunEvent } from '../events.ts';
import type { ServerSession } from '../server-session.ts';

/**
 * One server under load with everything that is written about it. A sweep has one side; a live comparison has
 * two, and takes turns between them.
 */
export interface LoadSide {
  readonly config: Config;
  readonly load: LoadConfig;
  readonly server: ServerBlock;
  readonly session: ServerSession;
  readonly target: LoadTarget;
  readonly admin: ServerAdmin;
  readonly memory: MemoryWatch;
  /** Absent where the server has no metrics. */
  readonly scraper?: MetricsScraper;
  /** The data's texts, in their order. */
  readonly texts: readonly string[];
  readonly folder: RunFolder;
  readonly journal: Journal;
  /** What an interrupted run had measured. */
  readonly earlier?: JournalState;
  readonly engine: LoadEngine;
  /** Path or name of the config, for lines that reproduce a cell. */
  readonly configFile: string;
  readonly clock: Clock;
  readonly emit: EmitRunEvent;
  /** Aborts when the user stops the run. */
  readonly signal: AbortSignal;
}
