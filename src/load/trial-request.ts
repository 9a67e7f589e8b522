import type { LoadConfig } from '../config/load-config.ts';
import type { LoadCell } from '../core/cell.ts';
import type { TrialProgress } from './load-protocol.ts';

/** The server under load, as a client sees it. */
export interface LoadTarget {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly proxyUrl?: string;
  /** `server.instructionTemplate`; default: by the model's name. */
  readonly instructionTemplate?: string;
  /** At this width the request leaves the `dimensions` field out. */
  readonly nativeDimensions: number;
  /** Processes on this machine that belong to the server: their CPU is not foreign. */
  readonly pids?: readonly number[];
}

/** One trial of one cell. */
export interface TrialRequest {
  readonly cell: LoadCell;
  /** 0-based repeat of the cell. */
  readonly trial: number;
  readonly target: LoadTarget;
  readonly load: LoadConfig;
  /** The instruction's sentence; null for none. */
  readonly instruction: string | null;
  /** The data's texts. */
  readonly texts: readonly string[];
  readonly seed: number;
}

/** What others do around a window. A hook that rejects ends the trial with its error. */
export interface TrialHooks {
  /** Cancels the trial: what was measured so far is returned, what was in flight is `cancelled`. */
  readonly signal?: AbortSignal;
  /** Connections stand, nothing is sent yet: the place to flush caches. */
  readonly beforeWarmup?: () => Promise<void>;
  readonly onWindowOpen?: () => Promise<void>;
  readonly onWindowClose?: () => Promise<void>;
  /** The last answer is in; a few of the window's texts are about to be sent once more, alone. */
  readonly beforeQuiet?: () => Promise<void>;
  readonly onProgress?: (progress: TrialProgress) => void;
}
