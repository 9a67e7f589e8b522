/**
 * What the measuring client adds to a server's latency: the median of sent → last byte by dimsweep's engine over
 * `wire`, against that of a raw client in C++ that reads and throws away, on the same C++ server that answers 5 ms
 * after a request. They take turns, round by round. (wrk is no reference: it corrects its closed-loop latencies
 * without saying so.)
 *
 *   npm run build && node --import tsx bench/added-latency.ts [--rounds 5] [--seconds 2]
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { loadConfigSchema } from '../src/config/load-config.ts';
import { createLoadEngine } from '../src/load/load-engine.ts';
import { median } from '../src/stats/moments.ts';
import { compiled, onCore, startStub } from './native-programs.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '2' } },
});
const SECONDS = Number(options.seconds);
const WARM_UP_SECONDS = 0.5;
const DELAY_MS = 5;
const TOLERANCE = 0.05;
const CASES = [
  { dimensions: 32, texts: 1, concurrency: 1 },
  { dimensions: 32, texts: 1, concurrency: 16 },
  { dimensions: 32, texts: 1, concurrency: 64 },
  { dimensions: 2560, texts: 16, concurrency: 1 },
];
type Case = (typeof CASES)[number];

const stub = await startStub();
const engine = createLoadEngine({ firstNonce: 0 });
const TEXTS = Array.from({ length: 100 }, (_, i) => `review ${i} of a thing, about as long as reviews are`);

async function byEngine({ dimensions, texts, concurrency }: Case, trial: number): Promise<number> {
  const { trial: row } = await engine.measureTrial({
    cell: {
      kind: 'load',
      dimensions,
      instruction: 'none',
      batchSize: texts,
      arrivals: 'closed',
      concurrency,
      encoding: 'float',
      transport: 'wire',
      cache: 'cold',
    },
    trial,
    target: {
      baseUrl: stub.baseUrl({ dimensions, texts, delayMs: DELAY_MS }),
      model: 'stub',
      headers: {},
      timeoutMs: 10_000,
      nativeDimensions: dimensions,
    },
    load: loadConfigSchema.parse({
      seconds: SECONDS,
      warmupSeconds: WARM_UP_SECONDS,
      maxWarmupSeconds: 0,
      workers: 1,
      ceiling: false,
    }),
    instruction: null,
    texts: TEXTS,
    seed: 1,
  });
  return row.serviceP50Ms!;
}

function byRawClient({ dimensions, texts, concurrency }: Case): number {
  const path = new URL(`${stub.baseUrl({ dimensions, texts, delayMs: DELAY_MS })}/embeddings`).pathname;
  const body = JSON.stringify({ model: 'stub', input: TEXTS.slice(0, texts), encoding_format: 'float' });
  const words = [stub.port, path, concurrency, WARM_UP_SECONDS, SECONDS].map(String);
  const [program, ...rest] = onCore(0, compiled('raw_client'), ...words, body);
  const { p50Ms } = JSON.parse(execFileSync(program!, rest, { encoding: 'utf8' })) as { p50Ms: number };
  return p50Ms;
}

let missed = 0;
console.log('  dimensions x texts   concurrency   raw client p50   dimsweep p50   added');
for (const its of CASES) {
  const [raw, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < Number(options.rounds); round++) {
    raw.push(byRawClient(its));
    ours.push(await byEngine(its, round));
  }
  const [rawMs, oursMs] = [median(Float64Array.from(raw)), median(Float64Array.from(ours))];
  const added = oursMs / rawMs - 1;
  if (added > TOLERANCE) missed++;
  console.log(
    `${`${its.dimensions}x${its.texts}`.padStart(20)}${String(its.concurrency).padStart(14)}${`${rawMs.toFixed(2)} ms`.padStart(17)}` +
      `${`${oursMs.toFixed(2)} ms`.padStart(15)}${`${(added * 100).toFixed(1)} %`.padStart(8)}   ${added <= TOLERANCE ? 'PASS' : 'FAIL'}`,
  );
}
await engine.close();
stub.stop();
console.log(`${missed === 0 ? 'PASS' : 'FAIL'}: the median within ${TOLERANCE * 100} % of the raw client's`);
process.exitCode = missed === 0 ? 0 : 1;
