/**
 * The quality sweep (K-means with 10 restarts, ARI, logistic regression and its report at eight prefixes) with
 * dimsweep's kernels and with Debian's scikit-learn: the same matrix, the same number of threads, cold processes
 * in turn. Prints the ratio of the median times and whether the results agree.
 *
 *   npm run build && node --import tsx bench/quality-sweep.ts [--rows 2000,10000] [--threads 1,2] [--pairs 5]
 *
 * ml-kmeans and ml-logistic-regression stand in the same table with the steps they were given (`--ml-steps 20`;
 * `--no-ml` leaves them out): once, on the smallest data, since they take minutes. Needs python3-sklearn.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { adjustedRandIndex } from '../src/quality/metrics/cluster-agreement.ts';
import { median } from '../src/stats/moments.ts';
import { qualityData } from './quality-data.ts';
import type { SweepOutcome } from './quality-sweep-outcome.ts';

interface Timed {
  readonly outcome: SweepOutcome;
  /** Start-up, imports and reading included. */
  readonly processMs: number;
}

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000,10000' },
    threads: { type: 'string', default: '1,2' },
    pairs: { type: 'string', default: '5' },
    ml: { type: 'boolean', default: true },
    'ml-steps': { type: 'string', default: '20' },
  },
  allowNegative: true,
});
const numbers = (list: string): number[] => list.split(',').map(Number);

const sizes = numbers(options.rows);
let isMlDue = options.ml;
for (const rows of sizes) {
  const data = qualityData(rows);
  for (const threads of numbers(options.threads)) {
    const theirs = compare(rows, threads, Number(options.pairs), data);
    if (isMlDue && rows === Math.min(...sizes)) compareMl(rows, theirs);
    isMlDue &&= rows !== Math.min(...sizes);
  }
}

/** @returns scikit-learn's runs */
function compare(
  rows: number,
  threads: number,
  pairs: number,
  data: ReturnType<typeof qualityData>,
): readonly Timed[] {
  const ours: Timed[] = [];
  const theirs: Timed[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    ours.push(run(process.execPath, ['--import', 'tsx', here('quality-sweep-run.ts'), rows, threads]));
    const script = here('reference/sklearn_sweep.py');
    theirs.push(
      run('/usr/bin/python3', [script, data.matrixFile, data.labelFile, rows, data.dimensions, threads]),
    );
  }
  const middle = (runs: readonly Timed[], read: (run: Timed) => number): number => median(runs.map(read));
  const line = (name: string, read: (run: Timed) => number, unit: string, scale: number): void => {
    const [a, b] = [middle(ours, read), middle(theirs, read)];
    const perPair = ours.map((run, i) => read(run) / read(theirs[i]!));
    console.log(
      `  ${name.padEnd(22)} ${(a / scale).toFixed(2).padStart(7)} ${unit} : ${(b / scale).toFixed(2).padStart(7)} ${unit}` +
        `   ratio ${median(perPair).toFixed(3)} (${Math.min(...perPair).toFixed(3)}–${Math.max(...perPair).toFixed(3)})`,
    );
  };
  console.log(
    `\n${rows} × ${data.dimensions}, ${threads} thread(s), ${pairs} pairs of cold processes; dimsweep : scikit-learn`,
  );
  line('sweep', (run) => run.outcome.sweepMs, 's', 1000);
  line('processor time of it', (run) => run.outcome.sweepCpuMs, 's', 1000);
  line('whole process', (run) => run.processMs, 's', 1000);
  const points = (read: 'kmeansMs' | 'logisticMs') => (run: Timed) =>
    run.outcome.points.reduce((sum, point) => sum + point[read], 0);
  line('of it k-means', points('kmeansMs'), 's', 1000);
  line('of it regression', points('logisticMs'), 's', 1000);
  line('peak memory', (run) => run.outcome.peakRssBytes, 'MiB', 2 ** 20);
  printAgreement(ours[0]!.outcome, theirs[0]!.outcome);
  return theirs;
}

/** The packages that a user can choose instead (`engine: ml`), on one thread, which is all they use. */
function compareMl(rows: number, theirs: readonly Timed[]): void {
  const steps = options['ml-steps'];
  const { outcome } = run(process.execPath, [
    '--import',
    'tsx',
    here('quality-sweep-run.ts'),
    rows,
    1,
    steps,
  ]);
  const middle = (read: (run: SweepOutcome) => number) => median(theirs.map((run) => read(run.outcome)));
  const sum = (read: 'kmeansMs' | 'logisticMs') => (run: SweepOutcome) =>
    run.points.reduce((total, point) => total + point[read], 0);
  const line = (name: string, read: (run: SweepOutcome) => number): void => {
    const [a, b] = [read(outcome), middle(read)];
    console.log(
      `  ${name.padEnd(38)} ${(a / 1000).toFixed(1).padStart(7)} s : ${(b / 1000).toFixed(2).padStart(7)} s   ratio ${(a / b).toFixed(1)}`,
    );
  };
  console.log(`\n${rows} rows, once; ml packages : scikit-learn`);
  line('sweep', (run) => run.sweepMs);
  line('of it ml-kmeans, 10 starts', sum('kmeansMs'));
  line(`of it ml-logistic-regression, ${steps} steps`, sum('logisticMs'));
  printAgreement(outcome, theirs[0]!.outcome);
}

function printAgreement(ours: SweepOutcome, theirs: SweepOutcome): void {
  console.log('  dimensions   inertia    labels (ARI)   objective   accuracy        report');
  ours.points.forEach((point, i) => {
    const other = theirs.points[i]!;
    console.log(
      `  ${String(point.dimensions).padStart(10)}` +
        `  ${relative(point.inertia, other.inertia)}` +
        `  ${adjustedRandIndex(point.labels, other.labels).toFixed(4).padStart(12)}` +
        `   ${point.objective === undefined ? '        –' : relative(point.objective, other.objective!)}` +
        `   ${point.accuracy.toFixed(4)} : ${other.accuracy.toFixed(4)}` +
        `   ${point.report.trim() === other.report.trim() ? 'equal' : 'differs'}`,
    );
  });
}

function relative(a: number, b: number): string {
  return (a / b - 1).toExponential(1).padStart(9);
}

function run(command: string, args: readonly (string | number)[]): Timed {
  const started = performance.now();
  const child = spawnSync(command, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const processMs = performance.now() - started;
  if (child.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${child.status}`);
  return { outcome: JSON.parse(child.stdout) as SweepOutcome, processMs };
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
