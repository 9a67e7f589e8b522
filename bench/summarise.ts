/**
 * Time and memory of summarising a cell of 1,000,000 samples in three trials: percentiles with intervals of six
 * series, ECDF, timeline, throughput, goodput and the verdict. To be under one second and under 100 MB beside the
 * samples; a sort of one series with a comparator, as most tools do it, stands beside it.
 *
 *   node --import tsx bench/summarise.ts
 */
import type { LoadCell } from '../src/core/cell.ts';
import { createRandom } from '../src/core/random.ts';
import type { TrialPart } from '../src/load/cell-evidence.ts';
import { summariseCell } from '../src/load/load-row.ts';
import { createSamples } from '../src/load/sample-recorder.ts';
import { trialSummary } from '../src/load/trial-summary.ts';
import { median } from '../src/stats/moments.ts';

const SAMPLES = 1_000_000;
const TRIALS = 3;
const ROUNDS = 7;
const MOST_MS = 1000;
const MOST_BYTES = 100e6;
const CELL: LoadCell = {
  kind: 'load',
  dimensions: 32,
  instruction: 'none',
  batchSize: 1,
  arrivals: 'poisson',
  rate: 10_000,
  encoding: 'float',
  transport: 'wire',
  cache: 'cold',
};

/** Latencies as servers have them: mostly close together, with a long tail. */
function trialOf(index: number): TrialPart {
  const count = Math.floor(SAMPLES / TRIALS) + (index < SAMPLES % TRIALS ? 1 : 0);
  const random = createRandom(index, 'summarise');
  const samples = createSamples(count);
  const gapMs = 1000 / CELL.rate!;
  for (let row = 0; row < count; row++) {
    const latency = 4 + 0.5 * random.next() - Math.log1p(-random.next());
    samples.intendedMs[row] = row * gapMs;
    samples.sentMs[row] = row * gapMs + 0.05 * random.next();
    samples.headersMs[row] = samples.sentMs[row]! + latency * 0.9;
    samples.lastByteMs[row] = samples.sentMs[row]! + latency;
    samples.decodedMs[row] = samples.lastByteMs[row]! + 0.01;
    samples.texts[row] = 1;
    samples.tokens[row] = 20;
    samples.bytes[row] = 837;
    samples.inWindow[row] = 1;
  }
  const window = { openMs: 0, closeMs: count * gapMs + 100 };
  return {
    samples,
    trial: trialSummary(index, '2026-01-01T00:00:00.000Z', samples, window, true),
    facts: {
      window,
      cancelled: false,
      settled: true,
      timeoutMs: 60_000,
      threads: 1,
      meanInFlight: 50,
      newSockets: 0,
      heldMs: 0,
      vectors: { checked: count, base64: 0 },
      reusedTexts: 0,
      messages: {},
    },
  };
}

const parts = Array.from({ length: TRIALS }, (_, index) => trialOf(index));
const summarise = () => summariseCell(CELL, parts, { errorBudget: 0, slo: { p95Ms: 8, errorShare: 0 } });
const sortOneSeries = () => {
  const values = parts.flatMap(({ samples }) =>
    Array.from(samples.lastByteMs, (end, row) => end - samples.sentMs[row]!),
  );
  values.sort((a, b) => a - b);
  return values[Math.ceil(0.99 * values.length) - 1]!;
};

const before = process.memoryUsage.rss();
let peak = before;
const times = { summarise: [] as number[], sort: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  const { latencyMs } = summarise();
  times.summarise.push(performance.now() - start);
  if (round === 0) peak = process.resourceUsage().maxRSS * 1024;
  const sortStart = performance.now();
  const p99 = sortOneSeries();
  times.sort.push(performance.now() - sortStart);
  if (Math.abs(p99 - latencyMs.service.p99!) > 1e-9) throw new Error('the two disagree about p99');
}
const ms = median(Float64Array.from(times.summarise));
const ratio = median(Float64Array.from(times.sort)) / ms;
const bytes = Math.max(0, peak - before);
const passed = ms < MOST_MS && bytes < MOST_BYTES;
console.log(`${SAMPLES} samples in ${TRIALS} trials, median of ${ROUNDS} rounds:`);
console.log(`  the whole row          ${ms.toFixed(0)} ms`);
console.log(
  `  sorting one series     ${(ratio * ms).toFixed(0)} ms with a comparator: ${ratio.toFixed(2)} × the row`,
);
console.log(`  memory above samples   ${(bytes / 1e6).toFixed(0)} MB`);
console.log(passed ? 'PASS: under 1 s and under 100 MB' : 'FAIL: to be under 1 s and under 100 MB');
process.exitCode = passed ? 0 : 1;
