/**
 * k-means and logistic regression at eight prefixes of one matrix in a process of its own, for
 * `quality-memory.ts`:
 *
 *   node --import tsx bench/quality-memory-run.ts ROWS
 *
 * Prints the time and the peak resident set above that of the process before it read the matrix.
 */
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { trainTestSplitStratified } from '../src/quality/kernels/splits.ts';
import { qualityData } from './quality-data.ts';

const rows = Number(process.argv[2]);
const before = process.memoryUsage.rss();
const data = qualityData(rows);
const prefixes = [32, 64, 128, 256, 512, 1024, 1536, 2560];
const started = performance.now();
const { train } = trainTestSplitStratified(data.labels, 0.3, 42);
const labels = train.map((row) => data.labels[row]!);
// one route for all sizes, so that their times can be compared
const sweep = createNativeEngine({ gramRows: 0 }).open(data, prefixes);
const times = { kmeans: 0, logistic: 0 };
for (const dimensions of prefixes) {
  const view = sweep.at(dimensions);
  const began = performance.now();
  view.kmeans({ clusters: 3, nInit: 10, seed: 0, maxIterations: 10 });
  const clustered = performance.now();
  view.fitLogistic({ rows: train, labels, classes: 3, c: 1, maxIterations: 30 });
  times.kmeans += clustered - began;
  times.logistic += performance.now() - clustered;
}
const totalMs = performance.now() - started;
const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
process.stdout.write(JSON.stringify({ totalMs, ...times, peakBytes, matrixBytes: data.values.byteLength }));
