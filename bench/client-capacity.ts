/**
 * How many answers a client can take, against a server that does nothing: dimsweep's engine over its `wire`
 * transport, with every float decoded and checked, beside aiohttp in the shape of SGLang's benchmark, aiohttp with
 * one shared session, undici with JSON.parse and the openai SDK. Each client is a process on one core, the server
 * has the other; they take turns, round by round.
 *
 *   npm run build && node --import tsx bench/client-capacity.ts [--rounds 4] [--seconds 3] [--only float-2560x16] [--python /usr/bin/python3]
 *
 * Needs g++ and Python with aiohttp (Debian: python3-aiohttp). CPU time per request is the steadier figure where
 * other programs use the cores as well; with one core each the two ratios are the same.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Encoding } from '../src/core/axes.ts';
import { median } from '../src/stats/moments.ts';
import { onCore, type StubServer, startStub } from './native-programs.ts';

/** What a client did in its window. */
export interface CapacityFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

interface Contest {
  readonly name: string;
  readonly dimensions: number;
  readonly texts: number;
  readonly encoding: Encoding;
  /** `wire` is to be at least so many times as fast as this client. */
  readonly target: { readonly client: Client; readonly ratio: number };
}

const CLIENTS = ['wire', 'aiohttp, as SGLang', 'aiohttp, one session', 'undici', 'openai'] as const;
type Client = (typeof CLIENTS)[number];

const CONTESTS: readonly Contest[] = [
  contest('float', 16, 'aiohttp, as SGLang', 10),
  contest('float', 64, 'aiohttp, as SGLang', 12),
  contest('base64', 16, 'aiohttp, one session', 5),
];
const CONCURRENCY = 16;
const WARM_UP_SECONDS = 1;

function contest(encoding: Encoding, texts: number, client: Client, ratio: number): Contest {
  return { name: `${encoding}-2560x${texts}`, dimensions: 2560, texts, encoding, target: { client, ratio } };
}

function run(stub: StubServer, client: Client, its: Contest, seconds: number): CapacityFigures {
  const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const baseUrl = stub.baseUrl({ dimensions: its.dimensions, texts: its.texts });
  const timing = [CONCURRENCY, WARM_UP_SECONDS, seconds].map(String);
  const input = Array.from(
    { length: its.texts },
    (_, i) => `a text of about the length of a review, number ${i}`,
  );
  const body = JSON.stringify({ model: 'stub', input, encoding_format: its.encoding });
  const shape = [its.dimensions, its.texts, its.encoding].map(String);
  const line = client.startsWith('aiohttp')
    ? [
        options.python,
        path('reference/aiohttp_client.py'),
        client === 'aiohttp, as SGLang' ? 'sglang' : 'shared',
        `${baseUrl}/embeddings`,
        ...timing,
        body,
      ]
    : [
        process.execPath,
        '--import',
        'tsx',
        path('client-capacity-run.ts'),
        client,
        baseUrl,
        ...shape,
        ...timing,
      ];
  const [program, ...words] = onCore(0, line[0]!, ...line.slice(1));
  const said = execFileSync(program!, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(said) as CapacityFigures;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});

const stub = await startStub();
let missed = 0;
for (const its of CONTESTS.filter(({ name }) => options.only === undefined || name === options.only)) {
  const found = new Map<Client, CapacityFigures[]>(CLIENTS.map((client) => [client, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const client of CLIENTS) found.get(client)!.push(run(stub, client, its, Number(options.seconds)));
  }
  const rate = (client: Client): number =>
    median(Float64Array.from(found.get(client)!, ({ requests, seconds }) => requests / seconds));
  const cost = (client: Client): number =>
    median(Float64Array.from(found.get(client)!, ({ requests, cpuMs }) => cpuMs / requests));
  console.log(`${its.name}, concurrency ${CONCURRENCY}, medians of ${options.rounds} interleaved rounds:`);
  console.log(
    '  client                 requests/s   CPU ms/request   wire is faster by   and needs less CPU by',
  );
  for (const client of CLIENTS) {
    const [faster, less] = [rate('wire') / rate(client), cost(client) / cost('wire')];
    console.log(
      `  ${client.padEnd(20)}${rate(client).toFixed(0).padStart(13)}${cost(client).toFixed(2).padStart(17)}` +
        `${`${faster.toFixed(1)} ×`.padStart(20)}${`${less.toFixed(1)} ×`.padStart(24)}`,
    );
  }
  const { client, ratio } = its.target;
  const reached = rate('wire') / rate(client);
  if (reached < ratio) missed++;
  console.log(
    `  ${reached >= ratio ? 'PASS' : 'FAIL'}: ${reached.toFixed(1)} × ${client}, to be at least ${ratio} ×\n`,
  );
}
stub.stop();
process.exitCode = missed === 0 ? 0 : 1;
