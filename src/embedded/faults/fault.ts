import type * as z from 'zod';
import type { Contract } from '../contract.ts';

/** What a fault sees of one embedding request. */
export interface FaultRequest {
  readonly texts: readonly string[];
  /** Width of the vectors in the answer. */
  readonly dimensions: number;
  readonly encoding: 'float' | 'base64';
  /** Of the server's clock, `performance.now()`: when the request's head had arrived. */
  readonly arrivedMs: number;
  /** Embedding requests in the server right now, this one included. */
  inFlight(): number;
}

/** One entry of the answer's `data`. */
export interface ReplyEntry {
  readonly index: number;
  readonly vector: Float32Array;
}

export interface Usage {
  readonly promptTokens: number;
  readonly totalTokens: number;
}

/** An error instead of an answer, as a body of `/v1/embeddings`. */
export interface FaultRefusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** How a finished answer goes out, when not in one piece. */
export type Transmission =
  /** The connection is reset after this share of the body. */
  | { readonly kind: 'reset'; readonly share: number }
  /** The connection is closed in good order after this share of the body. */
  | { readonly kind: 'cut'; readonly share: number }
  /** The body is cut, and its length header says that this is all. */
  | { readonly kind: 'shortened'; readonly share: number }
  /** The body goes out in pieces, evenly over this time. */
  | { readonly kind: 'dribble'; readonly pieces: number; readonly overMs: number };

/** What one fault does to the requests that it is meant for. Every hook is optional; they are called in this order. */
export interface FaultHooks {
  /** Before anything is computed: an error instead, or a promise that keeps the request waiting. */
  admit?(
    request: FaultRequest,
    signal: AbortSignal,
  ): FaultRefusal | undefined | Promise<FaultRefusal | undefined>;
  /** Changes the vectors at native width, in place: before they are shortened. */
  alterRows?(rows: Float32Array, dimensions: number, request: FaultRequest): void;
  /** Changes the answer's entries: after they were shortened and normalised. */
  alterEntries?(entries: readonly ReplyEntry[], request: FaultRequest): readonly ReplyEntry[];
  alterUsage?(usage: Usage, request: FaultRequest): Usage | undefined;
  /** When the answer may leave, given when it could: the server's clock. */
  releaseAt?(request: FaultRequest, readyMs: number): number;
  transmit?(request: FaultRequest): Transmission | undefined;
}

/** A fault as it is written down: one object, with the type of its own settings. */
export interface FaultMode<Settings> {
  /** One line for `dimsweep serve --help`, with the settings and their defaults. */
  readonly summary: string;
  /** Reads the settings from their text; every one has a default. */
  readonly settings: z.ZodType<Settings>;
  /** Changes to what the server promises. They hold for the whole server. */
  contract?(settings: Settings): Partial<Contract>;
  /** Hooks for one server; called once, so that a fault can count and remember. */
  hooks?(settings: Settings): FaultHooks;
}

/** A fault as the table holds it, whatever its settings are. */
export interface FaultEntry {
  readonly summary: string;
  /** It acts on single requests and takes conditions; otherwise it holds for the whole server. */
  readonly actsOnRequests: boolean;
  /** @throws z.ZodError when the settings are wrong */
  start(written: Readonly<Record<string, string>>): {
    readonly contract: Partial<Contract>;
    readonly hooks: FaultHooks | undefined;
  };
}

export function faultMode<Settings>(fault: FaultMode<Settings>): FaultEntry {
  return {
    summary: fault.summary,
    actsOnRequests: fault.hooks !== undefined,
    start(written) {
      const settings = fault.settings.parse(written);
      return { contract: fault.contract?.(settings) ?? {}, hooks: fault.hooks?.(settings) };
    },
  };
}
