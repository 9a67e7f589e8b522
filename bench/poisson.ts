/**
 * Poisson arrivals at 100, 1,000 and 5,000 requests/s against a C++ server that answers at once: the rate must be
 * kept within 0.5 %, and a request must leave when it is due. Beside them the same timetable kept as many load
 * generators keep it, by sleeping for each interval after the last request: it drifts.
 *
 *   npm run build && node --import tsx bench/poisson.ts [--seconds 5]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { loadConfigSchema } from '../src/config/load-config.ts';
import { createRandom } from '../src/core/random.ts';
import { createTimetable } from '../src/load/arrivals.ts';
import { createLoadEngine } from '../src/load/load-engine.ts';
import { startStub } from './native-programs.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const SECONDS = Number(options.seconds);
const RATES = [100, 1000, 5000];
const RATE_TOLERANCE = 0.005;
const MOST_P50_MS = 0.15;
const MOST_P99_MS = 5;

const stub = await startStub();
const engine = createLoadEngine({ firstNonce: 0 });

async function measured(rate: number, trial: number) {
  const {
    trial: row,
    facts,
    samples,
  } = await engine.measureTrial({
    cell: {
      kind: 'load',
      dimensions: 32,
      instruction: 'none',
      batchSize: 1,
      arrivals: 'poisson',
      rate,
      encoding: 'float',
      transport: 'wire',
      cache: 'cold',
    },
    trial,
    target: {
      baseUrl: stub.baseUrl({ dimensions: 32, texts: 1 }),
      model: 'stub',
      headers: {},
      timeoutMs: 10_000,
      nativeDimensions: 32,
    },
    load: loadConfigSchema.parse({
      seconds: SECONDS,
      warmupSeconds: 2,
      maxWarmupSeconds: 0,
      workers: 1,
      ceiling: false,
    }),
    instruction: null,
    texts: Array.from({ length: 100 }, (_, i) => `review ${i} of a thing`),
    seed: 1,
  });
  const { openMs, closeMs } = facts.window!;
  const sent = samples.sentMs.filter((at) => at >= openMs && at < closeMs).length;
  return { kept: sent / facts.dueInWindow!, failed: row.sent - row.ok, ...facts.latenessMs! };
}

/** Share of the rate that sleeping for each interval reaches: each sleep ends a little late, and nothing makes up. */
async function byRelativeSleeps(rate: number): Promise<number> {
  const random = createRandom(1, 'relative');
  const due = createTimetable({ arrivals: 'poisson', rate, seconds: 2, burstiness: 1, random });
  const startMs = performance.now();
  for (let i = 0; i < due.length; i++) await sleep(due[i]! - (due[i - 1] ?? 0));
  return due.at(-1)! / (performance.now() - startMs);
}

let missed = 0;
console.log('  requests/s   sent : due   lateness p50     p99   failed   by relative sleeps');
for (const [trial, rate] of RATES.entries()) {
  const { kept, p50, p99, failed } = await measured(rate, trial);
  const naive = await byRelativeSleeps(rate);
  const passed =
    Math.abs(kept - 1) <= RATE_TOLERANCE && p50 <= MOST_P50_MS && p99 <= MOST_P99_MS && failed === 0;
  if (!passed) missed++;
  console.log(
    `${String(rate).padStart(12)}${kept.toFixed(4).padStart(13)}${`${p50.toFixed(3)} ms`.padStart(15)}` +
      `${`${p99.toFixed(2)} ms`.padStart(9)}${String(failed).padStart(8)}${naive.toFixed(2).padStart(18)}   ${passed ? 'PASS' : 'FAIL'}`,
  );
}
await engine.close();
stub.stop();
console.log(
  `${missed === 0 ? 'PASS' : 'FAIL'}: rate within ${RATE_TOLERANCE * 100} %, lateness p50 ≤ ${MOST_P50_MS} ms and p99 ≤ ${MOST_P99_MS} ms on an idle machine`,
);
process.exitCode = missed === 0 ? 0 : 1;
