/**
 * One t-SNE layout with dimsweep's kernels in a process of its own, for `quality-tsne.ts`:
 *
 *   node --import tsx bench/quality-tsne-run.ts ROWS THREADS
 */
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { neighboursFor } from '../src/quality/kernels/affinities.ts';
import { tsneLayout } from '../src/quality/kernels/tsne.ts';
import { qualityData } from './quality-data.ts';

const [rows, threads] = process.argv.slice(2).map(Number) as [number, number];
const data = qualityData(rows);
const started = performance.now();
const sweep = createNativeEngine({ threads }).open(data, [data.dimensions]);
const view = sweep.at(data.dimensions);
const everyRow = Int32Array.from({ length: rows }, (_, row) => row);
const neighbours = view.neighbours(everyRow, neighboursFor(rows, 30));
const { scores } = view.principalComponents(2);
const found = tsneLayout(neighbours, scores, { perplexity: 30, threads });
sweep.close();
const milliseconds = performance.now() - started;
process.stdout.write(JSON.stringify({ milliseconds, ...found, layout: [...found.layout] }));
