import { withoutPassword } from '../../config/redact-config.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { Encoding } from '../../core/axes.ts';
import type { Clock } from '../../core/clock.ts';
import type { Capabilities, Finding } from '../../core/record/server-block.ts';
import type { EmbeddingClient } from '../embedding-client.ts';
import type { Exposition } from '../metrics/exposition.ts';
import type { ListedModel, ModelInfo } from '../sglang/model-info.ts';
import type { AdminAnswer, ServerAdmin } from '../sglang/server-admin.ts';
import type { ServerInfo } from '../sglang/server-info.ts';
import type { Software } from '../sglang/software.ts';

/** What the run is going to ask of the server: a server that refuses it cannot be measured. */
export interface ProbeNeeds {
  /** Widths that requests will carry in `dimensions`. */
  readonly dimensions: readonly number[];
  readonly encodings: readonly Encoding[];
}

export interface ProbeContext {
  readonly config: ServerConfig;
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly client: EmbeddingClient;
  readonly admin: ServerAdmin;
  readonly clock: Clock;
  readonly needs: ProbeNeeds;
  /** A word that no earlier probe has sent: it makes texts that no cache can know. */
  readonly mark: string;
  readonly signal: AbortSignal | undefined;
}

/** Vectors of the reference texts at native width: what later checks compare with. */
export interface ReferenceVectors {
  /** N×D, row-major, one row per reference text. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  readonly promptTokens?: number;
}

/** What earlier checks found out; a check that comes later in the table builds on it. */
export interface Found {
  readonly capabilities: Partial<Capabilities>;
  readonly servedModel?: string;
  /** The `embedding` of the first reply as it came: numbers, or text. */
  readonly rawEmbedding?: unknown;
  readonly serverHeader?: string;
  readonly models?: readonly ListedModel[];
  readonly modelInfo?: AdminAnswer<ModelInfo>;
  readonly serverInfo?: AdminAnswer<ServerInfo>;
  readonly exposition?: Exposition;
  readonly software?: Software;
  readonly reference?: ReferenceVectors;
  /** `usage.prompt_tokens` of each reference text when it is sent alone. */
  readonly tokensAlone?: readonly number[];
}

/** A finding that takes its check's id and title where it has none of its own. */
export type CheckFinding = Omit<Finding, 'id' | 'title'> & Partial<Pick<Finding, 'id' | 'title'>>;

export interface CheckResult {
  readonly findings: readonly CheckFinding[];
  readonly capabilities?: Partial<Capabilities>;
  readonly found?: Omit<Partial<Found>, 'capabilities'>;
}

/** One question to a server, answered with a few small requests. */
export interface ProbeCheck {
  readonly id: string;
  readonly title: string;
  /** @throws ServerError when nothing can be measured on this server */
  run(context: ProbeContext, found: Found): Promise<CheckResult>;
}

/** What a check says when it could not find out. */
export function unknown(evidence: string): CheckResult {
  return { findings: [{ verdict: 'unknown', evidence }] };
}

/** The measured route, as errors name it. */
export function embeddingRoute({ baseUrl }: Pick<ProbeContext, 'baseUrl'>): string {
  return `POST ${withoutPassword(baseUrl).replace(/\/+$/, '')}/embeddings`;
}
