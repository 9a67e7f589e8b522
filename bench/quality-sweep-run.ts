/**
 * One quality sweep with dimsweep's kernels in a process of its own, for `quality-sweep.ts`:
 *
 *   node --import tsx bench/quality-sweep-run.ts ROWS THREADS [ML_STEPS]
 *
 * With ML_STEPS the engine is ml-kmeans and ml-logistic-regression. Prints one JSON object of the shape that
 * `reference/sklearn_sweep.py` prints.
 */
import { createMlEngine } from '../src/quality/engines/ml.ts';
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { trainTestSplitStratified } from '../src/quality/kernels/splits.ts';
import { classificationReport } from '../src/quality/metrics/classification-report.ts';
import { adjustedRandIndex } from '../src/quality/metrics/cluster-agreement.ts';
import { confusionCounts } from '../src/quality/metrics/confusion.ts';
import { qualityData } from './quality-data.ts';
import type { SweepOutcome, SweepPoint } from './quality-sweep-outcome.ts';

const [rows, threads, mlSteps] = process.argv.slice(2).map(Number) as [number, number, number?];
const data = qualityData(rows);
const { labels } = data;
const prefixes = [32, 64, 128, 256, 512, 1024, 1536, 2560];

const started = performance.now();
const cpuBefore = process.cpuUsage();
const { train, test } = trainTestSplitStratified(labels, 0.3, 42);
const trainLabels = train.map((row) => labels[row]!);
const testLabels = test.map((row) => labels[row]!);
const engine =
  mlSteps === undefined
    ? // Debian's scikit-learn is older than 1.3: equal seeds need its rule for the first centre
      createNativeEngine({ firstCentre: 'randint', threads })
    : createMlEngine({ steps: mlSteps });
const sweep = engine.open(data, prefixes);
let warmStart: ReturnType<ReturnType<typeof sweep.at>['fitLogistic']> | undefined;
const points = prefixes.map((dimensions): SweepPoint => {
  const view = sweep.at(dimensions);
  const began = performance.now();
  const clusters = view.kmeans({ clusters: 3, nInit: 10, seed: 0 });
  const ari = adjustedRandIndex(labels, clusters.labels);
  const clustered = performance.now();
  const model = view.fitLogistic({
    rows: train,
    labels: trainLabels,
    classes: 3,
    c: 1,
    ...(warmStart === undefined ? {} : { warmStart }),
  });
  warmStart = model;
  const probabilities = view.predictProbabilities(model, test);
  const predicted = Int32Array.from(test, (_, i) => mostLikely(probabilities, i));
  const report = classificationReport(confusionCounts(testLabels, predicted, 3), ['0', '1', '2']);
  const fitted = performance.now();
  return {
    dimensions,
    inertia: clusters.inertia,
    ari,
    report,
    accuracy: predicted.filter((label, i) => label === testLabels[i]).length / test.length,
    labels: [...clusters.labels],
    // ml-logistic-regression has no objective to tell
    ...(model.objective === undefined ? {} : { objective: model.objective }),
    kmeansMs: clustered - began,
    logisticMs: fitted - clustered,
  };
});
sweep.close();
const sweepMs = performance.now() - started;
const cpu = process.cpuUsage(cpuBefore);
const sweepCpuMs = (cpu.user + cpu.system) / 1000;
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ sweepMs, sweepCpuMs, peakRssBytes, points } satisfies SweepOutcome));

function mostLikely(probabilities: Float64Array, row: number): number {
  const own = [...probabilities.subarray(row * 3, row * 3 + 3)];
  return own.indexOf(Math.max(...own));
}
