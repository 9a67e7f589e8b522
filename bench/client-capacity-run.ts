/**
 * One client of `client-capacity.ts`, in a process of its own:
 *
 *   client-capacity-run.ts wire|undici|openai BASE_URL DIMENSIONS TEXTS ENCODING CONCURRENCY WARM_UP_SECONDS SECONDS
 *
 * Prints requests, seconds and CPU time (all threads) of the window. Every client decodes every value to
 * Float32Array and checks that it is finite and not all zero.
 */
import OpenAI from 'openai';
import { Pool } from 'undici';
import { loadConfigSchema } from '../src/config/load-config.ts';
import type { Encoding } from '../src/core/axes.ts';
import { createLoadEngine } from '../src/load/load-engine.ts';
import type { CapacityFigures } from './client-capacity.ts';

const [client, baseUrl, ...words] = process.argv.slice(2) as [string, string, ...string[]];
const dimensions = Number(words[0]);
const texts = Number(words[1]);
const encoding = words[2] as Encoding;
const [concurrency, warmupSeconds, seconds] = words.slice(3).map(Number) as [number, number, number];
const input = Array.from(
  { length: texts },
  (_, i) => `a text of about the length that a review has, number ${i}`,
);

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What a user of dimsweep runs: the engine with all it records, its decoding and its checks. */
async function throughTheEngine(): Promise<CapacityFigures> {
  const engine = createLoadEngine({ firstNonce: 0 });
  let [began, ended] = [0, 0];
  const { trial, facts } = await engine.measureTrial(
    {
      cell: {
        kind: 'load',
        dimensions,
        instruction: 'none',
        batchSize: texts,
        arrivals: 'closed',
        concurrency,
        encoding,
        transport: 'wire',
        cache: 'cold',
      },
      trial: 0,
      target: { baseUrl, model: 'stub', headers: {}, timeoutMs: 60_000, nativeDimensions: dimensions },
      load: loadConfigSchema.parse({
        warmupSeconds,
        maxWarmupSeconds: 0,
        seconds,
        workers: 1,
        ceiling: false,
      }),
      instruction: null,
      texts: input,
      seed: 1,
    },
    {
      onWindowOpen: async () => {
        began = cpuMs();
      },
      onWindowClose: async () => {
        ended = cpuMs();
      },
    },
  );
  await engine.close();
  if (trial.ok !== trial.sent) throw new Error(`requests failed: ${JSON.stringify(facts.messages)}`);
  return {
    requests: trial.requestsPerSecond * trial.seconds,
    seconds: trial.seconds,
    cpuMs: ended - began,
  };
}

/** Keeps `concurrency` requests in flight for the warm-up and the window. */
async function inALoop(
  request: () => Promise<readonly (readonly number[] | string)[]>,
): Promise<CapacityFigures> {
  let [answered, running] = [0, true];
  const loop = async (): Promise<void> => {
    while (running) {
      check(await request());
      answered++;
    }
  };
  const loops = Array.from({ length: concurrency }, loop);
  const wait = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, s * 1000));
  await wait(warmupSeconds);
  const [before, beganMs, cpu] = [answered, performance.now(), cpuMs()];
  await wait(seconds);
  const figures = {
    requests: answered - before,
    seconds: (performance.now() - beganMs) / 1000,
    cpuMs: cpuMs() - cpu,
  };
  running = false;
  await Promise.all(loops);
  return figures;
}

function check(embeddings: readonly (readonly number[] | string)[]): void {
  if (embeddings.length !== texts) throw new Error(`${embeddings.length} vectors for ${texts} texts`);
  for (const embedding of embeddings) {
    const vector =
      typeof embedding === 'string'
        ? new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer)
        : Float32Array.from(embedding);
    let squares = 0;
    for (const value of vector) squares += value * value;
    if (vector.length !== dimensions || !(squares > 0 && squares < Number.POSITIVE_INFINITY)) {
      throw new Error(`a vector of length ${vector.length} and squared norm ${squares}`);
    }
  }
}

function throughUndici(): Promise<CapacityFigures> {
  const url = new URL(`${baseUrl}/embeddings`);
  const pool = new Pool(url.origin, { connections: concurrency, pipelining: 1 });
  const body = JSON.stringify({ model: 'stub', input, encoding_format: encoding });
  const headers = { 'content-type': 'application/json' };
  return inALoop(async () => {
    const response = await pool.request({ path: url.pathname, method: 'POST', headers, body });
    const answer = JSON.parse(await response.body.text()) as { data: { embedding: number[] | string }[] };
    return answer.data.map(({ embedding }) => embedding);
  });
}

function throughOpenai(): Promise<CapacityFigures> {
  const sdk = new OpenAI({ apiKey: 'EMPTY', baseURL: baseUrl, maxRetries: 0 });
  return inALoop(async () => {
    const answer = await sdk.embeddings.create({ model: 'stub', input, encoding_format: encoding });
    return answer.data.map(({ embedding }) => embedding);
  });
}

const run = { wire: throughTheEngine, undici: throughUndici, openai: throughOpenai }[client];
if (run === undefined) throw new Error(`there is no client ${client}`);
console.log(JSON.stringify(await run()));
process.exit(0);
