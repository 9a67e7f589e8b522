/**
 * Memory and time of k-means (10 restarts, 10 iterations each) and logistic regression (30 iterations) over eight
 * prefixes, by the number of rows: memory must stay below 2.5 × the matrix, time must not grow faster than the
 * rows.
 *
 *   npm run build && node --import tsx bench/quality-memory.ts [--rows 5000,10000,20000]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { qualityData } from './quality-data.ts';

interface Outcome {
  readonly totalMs: number;
  readonly kmeans: number;
  readonly logistic: number;
  readonly peakBytes: number;
  readonly matrixBytes: number;
}

const { values: options } = parseArgs({ options: { rows: { type: 'string', default: '5000,10000,20000' } } });
const sizes = options.rows.split(',').map(Number);
const script = fileURLToPath(new URL('quality-memory-run.ts', import.meta.url));
console.log('    rows   matrix MB   peak MB   peak : matrix   k-means s   regression s   s per 1,000 rows');
let first: { perRow: number; rows: number } | undefined;
for (const rows of sizes) {
  qualityData(rows);
  const child = spawnSync(process.execPath, ['--import', 'tsx', script, String(rows)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`the run over ${rows} rows ended with ${child.status}`);
  const outcome = JSON.parse(child.stdout) as Outcome;
  const perRow = outcome.totalMs / rows;
  first ??= { perRow, rows };
  console.log(
    `${String(rows).padStart(8)}` +
      `${(outcome.matrixBytes / 1e6).toFixed(0).padStart(12)}${(outcome.peakBytes / 1e6).toFixed(0).padStart(10)}` +
      `${(outcome.peakBytes / outcome.matrixBytes).toFixed(2).padStart(16)}` +
      `${(outcome.kmeans / 1000).toFixed(2).padStart(12)}${(outcome.logistic / 1000).toFixed(2).padStart(15)}` +
      `${perRow.toFixed(3).padStart(19)}  (${(perRow / first.perRow).toFixed(2)} × that of ${first.rows})`,
  );
}
