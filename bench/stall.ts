/**
 * A server that stalls one second in every ten, under a constant rate: the response latency (from when a request
 * was due) must show the stall, the service latency of a client with few connections does not, and both must agree
 * with arithmetic. Most load generators report the second figure alone.
 *
 *   npm run build && node --import tsx bench/stall.ts [--rate 200] [--seconds 20]
 */
import { parseArgs } from 'node:util';
import { loadConfigSchema } from '../src/config/load-config.ts';
import type { LoadCell } from '../src/core/cell.ts';
import { startEmbeddedServer } from '../src/embedded/start.ts';
import { createLoadEngine } from '../src/load/load-engine.ts';
import { summariseCell } from '../src/load/load-row.ts';

const { values: options } = parseArgs({
  options: { rate: { type: 'string', default: '200' }, seconds: { type: 'string', default: '20' } },
});
const RATE = Number(options.rate);
const SECONDS = Number(options.seconds);
const SERVICE_MS = 5;
const STALL_MS = 1000;
const EVERY_MS = 10_000;
/** So few that a stall soon has all of them, and what is due behind them waits unsent. */
const CONNECTIONS = 4;
const TOLERANCE = 0.05;

const cell: LoadCell = {
  kind: 'load',
  dimensions: 32,
  instruction: 'none',
  batchSize: 1,
  arrivals: 'constant',
  rate: RATE,
  concurrency: CONNECTIONS,
  encoding: 'float',
  transport: 'wire',
  cache: 'cold',
};

/**
 * Response latency at a percentile: a request that is due t before the stall ends waits t, and then for those
 * before it: the queue of `RATE` requests drains through the connections, each 5 ms.
 */
function expectedResponseMs(share: number): number {
  const drainPerMs = CONNECTIONS / SERVICE_MS;
  const waits: number[] = [];
  for (let dueMs = 0; dueMs < EVERY_MS; dueMs += 1000 / RATE) {
    // The stall lasts from 0 to STALL_MS; the requests due before `dueMs` are ahead in the queue.
    const queued = (dueMs * RATE) / 1000 + 1;
    const doneMs = STALL_MS + queued / drainPerMs;
    waits.push(Math.max(SERVICE_MS, doneMs - dueMs));
  }
  waits.sort((a, b) => a - b);
  return waits[Math.ceil(share * waits.length) - 1]!;
}

const server = await startEmbeddedServer({
  model: 'null-2560',
  threads: 1,
  faults: [`service:ms=${SERVICE_MS}`, `stall:seconds=${STALL_MS / 1000},every=${EVERY_MS / 1000}`],
});
const engine = createLoadEngine({ firstNonce: 0 });
const result = await engine.measureTrial({
  cell,
  trial: 0,
  target: {
    baseUrl: server.baseUrl,
    model: 'null-2560',
    headers: {},
    timeoutMs: 60_000,
    nativeDimensions: 2560,
  },
  load: loadConfigSchema.parse({ seconds: SECONDS, warmupSeconds: 1, maxWarmupSeconds: 0, ceiling: false }),
  instruction: null,
  texts: Array.from({ length: 100 }, (_, i) => `review ${i} of a thing`),
  seed: 1,
});
await engine.close();
await server.stop();

const { latencyMs, requests } = summariseCell(cell, [result], { errorBudget: 0 });
const { service, response } = latencyMs;
const expectedP99 = expectedResponseMs(0.99);
const off = response.p99! / expectedP99 - 1;
console.log(
  `${requests.ok} of ${requests.sent} requests answered, ${RATE}/s for ${SECONDS} s over ${CONNECTIONS} connections`,
);
console.log('                       p50         p90         p99');
for (const [name, row] of [
  ['response', response],
  ['service', service],
] as const) {
  console.log(
    `  ${name.padEnd(12)}${[row.p50!, row.p90!, row.p99!].map((value) => `${value.toFixed(1)} ms`.padStart(12)).join('')}`,
  );
}
console.log(
  `  arithmetic  ${[0.5, 0.9, 0.99].map((share) => `${expectedResponseMs(share).toFixed(1)} ms`.padStart(12)).join('')}   of the response`,
);
console.log(`  the clocks differ at p99 by ${(response.p99! / service.p99!).toFixed(0)} ×`);
const passed = Math.abs(off) <= TOLERANCE && service.p50! < 2 * SERVICE_MS;
console.log(
  `${passed ? 'PASS' : 'FAIL'}: response p99 ${(off * 100).toFixed(1)} % from arithmetic, service p50 ${service.p50!.toFixed(1)} ms`,
);
process.exitCode = passed ? 0 : 1;
