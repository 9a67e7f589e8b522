/**
 * t-SNE of 2,000 × 2,560 with dimsweep's kernels and with Debian's scikit-learn: cold processes in turn, the same
 * number of threads. Divergence and trustworthiness of both layouts are computed here, by one yardstick.
 *
 *   npm run build && node --import tsx bench/quality-tsne.ts [--rows 2000] [--threads 1] [--pairs 2]
 *
 * Needs python3-sklearn.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { jointAffinities, neighboursFor } from '../src/quality/kernels/affinities.ts';
import { layoutDivergence } from '../src/quality/kernels/layout-error.ts';
import { neighbourLabelAgreement, trustworthiness } from '../src/quality/kernels/map-quality.ts';
import { median } from '../src/stats/moments.ts';
import { qualityData } from './quality-data.ts';

interface Layout {
  readonly milliseconds: number;
  readonly iterations: number;
  readonly layout: readonly number[];
}

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000' },
    threads: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '2' },
  },
});
const [rows, threads, pairs] = [options.rows, options.threads, options.pairs].map(Number) as [
  number,
  number,
  number,
];
const data = qualityData(rows);
const runs: { ours: Layout; theirs: Layout }[] = [];
for (let pair = 0; pair < pairs; pair++) {
  runs.push({
    ours: run(process.execPath, ['--import', 'tsx', here('quality-tsne-run.ts'), rows, threads]),
    theirs: run('/usr/bin/python3', [
      here('reference/sklearn_tsne.py'),
      data.matrixFile,
      rows,
      data.dimensions,
      threads,
    ]),
  });
}

const view = createNativeEngine().open(data, [data.dimensions]).at(data.dimensions);
const everyRow = Int32Array.from({ length: rows }, (_, row) => row);
const affinities = jointAffinities(view.neighbours(everyRow, neighboursFor(rows, 30)), 30);
console.log(`t-SNE of ${rows} × ${data.dimensions}, ${threads} thread(s), ${pairs} pairs of cold processes`);
for (const [name, of] of [
  ['dimsweep', 'ours'],
  ['scikit-learn', 'theirs'],
] as const) {
  const seconds = median(runs.map((pair) => pair[of].milliseconds)) / 1000;
  const { layout, iterations } = runs[0]![of];
  console.log(
    `  ${name.padEnd(14)} ${seconds.toFixed(2).padStart(7)} s   ${iterations} iterations` +
      `   KL ${layoutDivergence(affinities, layout).toFixed(4)}` +
      `   trustworthiness(12) ${trustworthiness(view, layout, 12).toFixed(4)}` +
      `   labels of 10 nearest ${neighbourLabelAgreement(layout, data.labels, 10).toFixed(4)}`,
  );
}
const ratios = runs.map(({ ours, theirs }) => ours.milliseconds / theirs.milliseconds);
console.log(
  `  ratio of the times: ${median(ratios).toFixed(3)} (${ratios.map((r) => r.toFixed(3)).join(', ')})`,
);

function run(command: string, args: readonly (string | number)[]): Layout {
  const child = spawnSync(command, args.map(String), {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${child.status}`);
  return JSON.parse(child.stdout) as Layout;
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
