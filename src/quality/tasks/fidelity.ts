import { createRandom, type Random, shuffled } from '../../core/random.ts';
import type { Score } from '../../core/record/score.ts';
import { normalQuantile } from '../../stats/normal-distribution.ts';
import type { Neighbours } from '../engine.ts';
import { kendallStandardError, kendallTau } from '../metrics/rank-correlation.ts';
import { meanScore } from '../score-intervals.ts';
import type { CellViews, QualityTask, TaskEnvironment, TaskOutcome } from './task.ts';

/** No settings: fidelity reads the vectors alone. */
export type FidelitySpec = Record<string, never>;

const NEIGHBOURS = 10;
/** Items whose neighbours are looked up, and pairs whose similarities are compared: enough for a ±0.02 interval. */
const SAMPLED_ITEMS = 1000;
const SAMPLED_PAIRS = 2000;

/**
 * How much of the full-width float32 vectors is left at this width and dtype. Needs no labels, so that any
 * corpus will do: which neighbours are still found, whether similarities keep their order, and how far each
 * vector has turned.
 */
export const fidelity: QualityTask<FidelitySpec, FidelitySpec> = {
  id: 'fidelity',
  reads: 'items',
  wantsFullWidth: true,
  plan: () => ({ spec: {}, texts: [] }),
  prepare(_, environment) {
    const sample = drawSample(environment);
    let reference: Snapshot | undefined;
    return (cell) => {
      const snapshot = takeSnapshot(cell, sample);
      if (cell.dtype === 'float32' && cell.dimensions === environment.nativeDimensions) reference = snapshot;
      const cosines = cosinesToFullWidth(cell, environment);
      return () => scoreAgainst(reference!, snapshot, cosines, sample, environment);
    };
  },
};

interface Sample {
  readonly itemRows: Int32Array;
  readonly itemIds: readonly string[];
  readonly pairs: readonly (readonly [number, number])[];
}

/** What one cell says about the sample. */
interface Snapshot {
  readonly neighbours: Neighbours | undefined;
  readonly similarities: Float64Array;
}

function drawSample({ items, rowOf, options }: TaskEnvironment): Sample {
  const random = createRandom(options.seed, 'fidelity');
  const present = items.ids.map((_, item) => item).filter((item) => rowOf[item]! >= 0);
  const chosen = shuffled(present, random).slice(0, SAMPLED_ITEMS);
  return {
    itemRows: Int32Array.from(chosen, (item) => rowOf[item]!),
    itemIds: chosen.map((item) => items.ids[item]!),
    pairs: drawPairs(
      present.map((item) => rowOf[item]!),
      random,
    ),
  };
}

/** Distinct unordered pairs of different rows, or all there are. */
function drawPairs(rows: readonly number[], random: Random): (readonly [number, number])[] {
  const all = (rows.length * (rows.length - 1)) / 2;
  if (all <= SAMPLED_PAIRS) return rows.flatMap((a, i) => rows.slice(i + 1).map((b) => [a, b] as const));
  const drawn = new Map<string, readonly [number, number]>();
  while (drawn.size < SAMPLED_PAIRS) {
    const a = rows[random.integer(rows.length)]!;
    const b = rows[random.integer(rows.length)]!;
    if (a !== b) drawn.set(a < b ? `${a} ${b}` : `${b} ${a}`, [a, b]);
  }
  return [...drawn.values()];
}

function takeSnapshot({ view }: CellViews, { itemRows, pairs }: Sample): Snapshot {
  return {
    neighbours: view.rows > NEIGHBOURS ? view.neighbours(itemRows, NEIGHBOURS) : undefined,
    similarities: Float64Array.from(pairs, ([a, b]) => view.cosine(a, b)),
  };
}

/** Cosine of every stored vector, taken as zero behind its width, to the full-width float32 one. */
function cosinesToFullWidth({ view }: CellViews, { fullRow }: TaskEnvironment): Float64Array {
  const stored = new Float32Array(view.dimensions);
  return Float64Array.from({ length: view.rows }, (_, row) => {
    view.copyRow(row, stored);
    const full = fullRow(row);
    let dot = 0;
    let storedSquares = 0;
    let fullSquares = 0;
    for (let j = 0; j < full.length; j++) {
      const x = full[j]!;
      fullSquares += x * x;
      if (j >= stored.length) continue;
      dot += stored[j]! * x;
      storedSquares += stored[j]! * stored[j]!;
    }
    const norms = Math.sqrt(storedSquares * fullSquares);
    return norms === 0 ? 0 : Math.min(1, dot / norms);
  });
}

function scoreAgainst(
  reference: Snapshot,
  snapshot: Snapshot,
  cosines: Float64Array,
  sample: Sample,
  { options }: TaskEnvironment,
): TaskOutcome {
  const overlaps = neighbourOverlaps(reference.neighbours, snapshot.neighbours);
  const tau = kendallTau(snapshot.similarities, reference.similarities);
  const scores: Record<string, Score> = {
    cosineMean: meanScore(cosines, options, { range: [-1, 1] }),
    cosineMin: { value: cosines.reduce((least, cosine) => Math.min(least, cosine), 1), n: cosines.length },
  };
  if (Number.isFinite(tau)) scores['similarityTau'] = tauScore(tau, snapshot, reference);
  if (overlaps === undefined) {
    return { scores, notes: [`fidelity: ${NEIGHBOURS + 1} items or more are needed to compare neighbours`] };
  }
  scores['neighbourOverlapAt10'] = meanScore(overlaps, options, { range: [0, 1] });
  return {
    scores,
    perItem: { neighbourOverlapAt10: { ids: [...sample.itemIds], values: overlaps } },
  };
}

function tauScore(value: number, snapshot: Snapshot, reference: Snapshot): Score {
  const half = normalQuantile(0.975) * kendallStandardError(snapshot.similarities, reference.similarities);
  return {
    value,
    low: Math.max(-1, value - half),
    high: Math.min(1, value + half),
    level: 0.95,
    method: 'u-statistic',
    n: reference.similarities.length,
    baseline: 0,
  };
}

function neighbourOverlaps(
  reference: Neighbours | undefined,
  found: Neighbours | undefined,
): number[] | undefined {
  if (reference === undefined || found === undefined) return undefined;
  const { k } = reference;
  return Array.from({ length: reference.indices.length / k }, (_, item) => {
    const wanted = new Set(reference.indices.subarray(item * k, (item + 1) * k));
    let shared = 0;
    for (const row of found.indices.subarray(item * k, (item + 1) * k)) if (wanted.has(row)) shared++;
    return shared / k;
  });
}
