import { type EmbeddedServerOptions, startServerHere } from '../../src/embedded/embedded-server.ts';
import { type StartOptions, startEmbeddedServer } from '../../src/embedded/start.ts';

/** Where a server answers. */
interface Address {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
}

/** One HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly json: any;
}

/** The servers of a test file; call `stop` in `afterAll`. */
export interface Servers {
  /** In a process of its own, as a run starts it. */
  start(options?: Partial<StartOptions>): Promise<Awaited<ReturnType<typeof startEmbeddedServer>>>;
  /** In this process, with the null model: ready within a few milliseconds, for tests of one fault or dialect. */
  here(
    faults?: readonly string[],
    options?: Partial<EmbeddedServerOptions>,
  ): ReturnType<typeof startServerHere>;
  stop(): Promise<void>;
}

export function createServers(): Servers {
  const stops: (() => Promise<void>)[] = [];
  return {
    async start(options = {}) {
      const server = await startEmbeddedServer({ model: 'use-lite-hash-2560', faults: [], ...options });
      stops.push(() => server.stop());
      return server;
    },
    async here(faults = [], options = {}) {
      const server = await startServerHere({
        model: 'null-2560',
        threads: 1,
        faults,
        host: '127.0.0.1',
        port: 0,
        keys: {},
        ...options,
      });
      stops.push(() => server.close());
      return server;
    },
    async stop() {
      await Promise.all(stops.splice(0).map((stop) => stop()));
    },
  };
}

/** Sends a request to a path under the server's origin. */
export async function ask({ baseUrl }: Address, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${new URL(baseUrl).origin}${path}`, init);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, headers: response.headers, text, json };
}

/** POSTs a JSON body. */
export function post(
  server: Address,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return ask(server, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** `POST /v1/embeddings` with a model name and whatever else is asked for. */
export function embeddings(
  server: Address,
  body: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
): Promise<Answer> {
  return post(server, '/v1/embeddings', { model: 'any-name', ...body }, headers);
}

/** The vectors of an answer, in the order of `data`; numbers or base64. */
export function vectorsOf({ json }: Answer): Float32Array[] {
  return (json.data as { embedding: number[] | string }[]).map(({ embedding }) =>
    typeof embedding === 'string' ? fromBase64(embedding) : Float32Array.from(embedding),
  );
}

function fromBase64(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}

export function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
