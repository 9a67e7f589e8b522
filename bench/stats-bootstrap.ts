/**
 * How long 10,000 paired bootstrap resamples of 600 items take, for accuracy and for macro-F1, and against
 * simple-statistics' `sampleWithReplacement` + `mean` doing the same resampling in the same run.
 *
 *   node --import tsx bench/stats-bootstrap.ts
 */
import { mean as plainMean, sampleWithReplacement } from 'simple-statistics';
import { createRandom } from '../src/core/random.ts';
import { macroF1OfCounts } from '../src/quality/metrics/classification-scores.ts';
import { median } from '../src/stats/moments.ts';
import { countStatistic, meanStatistic, pairedBootstrap } from '../src/stats/paired-bootstrap.ts';

const ITEMS = 600;
const RESAMPLES = 10_000;
const ROUNDS = 7;

const random = createRandom(1);
const truth = Int32Array.from({ length: ITEMS }, () => random.integer(3));
const predict = (): Int32Array => truth.map((label) => (random.next() < 0.85 ? label : random.integer(3)));
const [reference, candidate] = [predict(), predict()];
const correct = (predicted: Int32Array) => Float64Array.from(predicted, (p, i) => Number(p === truth[i]));
const codes = (predicted: Int32Array) => Int32Array.from(predicted, (p, i) => truth[i]! * 3 + p);
const macroF1 = (predicted: Int32Array) =>
  countStatistic(codes(predicted), 9, (counts) => macroF1OfCounts(counts, 3));

const contestants: Record<string, () => unknown> = {
  'accuracy difference': () =>
    pairedBootstrap(ITEMS, meanStatistic(correct(candidate)), meanStatistic(correct(reference)), {
      resamples: RESAMPLES,
      random: createRandom(2),
    }),
  'macro-F1 difference': () =>
    pairedBootstrap(ITEMS, macroF1(candidate), macroF1(reference), {
      resamples: RESAMPLES,
      random: createRandom(2),
    }),
  'simple-statistics, accuracy difference': () => {
    const draw = createRandom(2);
    const items = Array.from({ length: ITEMS }, (_, i) => i);
    const [a, b] = [correct(candidate), correct(reference)];
    return Array.from({ length: RESAMPLES }, () => {
      const drawn = sampleWithReplacement(items, ITEMS, () => draw.next());
      return plainMean(drawn.map((i) => a[i]! - b[i]!));
    });
  },
};

const times: Record<string, number[]> = {};
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const start = performance.now();
    run();
    times[name] = [...(times[name] ?? []), performance.now() - start];
  }
}
const medians = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, median(ms)]));
console.log(`${RESAMPLES} paired resamples of ${ITEMS} items, median of ${ROUNDS} interleaved rounds:`);
for (const [name, ms] of Object.entries(medians)) console.log(`  ${name.padEnd(40)} ${ms.toFixed(1)} ms`);
const ratio = medians['accuracy difference']! / medians['simple-statistics, accuracy difference']!;
console.log(`  ratio to simple-statistics: ${ratio.toFixed(2)}`);
const slowest = Math.max(medians['accuracy difference']!, medians['macro-F1 difference']!);
console.log(slowest < 100 ? 'PASS: under 100 ms' : `FAIL: ${slowest.toFixed(1)} ms, the bound is 100 ms`);
process.exitCode = slowest < 100 ? 0 : 1;
