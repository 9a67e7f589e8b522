import { createRandom, shuffled } from '../core/random.ts';
import { type Dataset, labelsOf, selectRows } from './dataset.ts';

/**
 * A seeded sample of `size` rows in their old order. Strata are the combinations of all label columns; each
 * gives its proportional share, whole rows by the largest-remainder method (equal remainders: the larger
 * stratum first, then the one that appears first). With the same seed, a stratum's larger share contains its
 * smaller one.
 *
 * @param size a positive integer; at or above the number of rows the dataset comes back as it is
 */
export function stratifiedSample(dataset: Dataset, size: number, seed: number): Dataset {
  if (size >= dataset.ids.length) return dataset;
  const strata = strataOf(dataset);
  const shares = largestRemainder(
    strata.map(({ rows }) => rows.length),
    size,
  );
  const chosen = strata.flatMap(({ key, rows }, i) =>
    shuffled(rows, createRandom(seed, `sample ${key}`)).slice(0, shares[i]!),
  );
  return selectRows(
    dataset,
    chosen.sort((a, b) => a - b),
  );
}

/**
 * Splits `total` over `counts` in proportion, as integers that sum to `total`, each within one of its exact
 * share and none above its count (Hamilton's method).
 *
 * @param total an integer in [0, sum of counts]
 */
export function largestRemainder(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum === 0) return counts.map(() => 0);
  const shares = counts.map((count) => Math.floor((count * total) / sum));
  const remainder = (i: number): number => (counts[i]! * total) % sum;
  const order = counts
    .map((_, i) => i)
    .sort((a, b) => remainder(b) - remainder(a) || counts[b]! - counts[a]! || a - b);
  const missing = total - shares.reduce((a, b) => a + b, 0);
  for (const i of order.slice(0, missing)) shares[i]! += 1;
  return shares;
}

function strataOf(dataset: Dataset): { key: string; rows: number[] }[] {
  const columns = dataset.labelColumns.map((column) => labelsOf(dataset, column));
  const strata = new Map<string, number[]>();
  for (let row = 0; row < dataset.ids.length; row++) {
    const key = JSON.stringify(columns.map((column) => column[row]));
    const rows = strata.get(key);
    if (rows === undefined) strata.set(key, [row]);
    else rows.push(row);
  }
  return [...strata].map(([key, rows]) => ({ key, rows }));
}
