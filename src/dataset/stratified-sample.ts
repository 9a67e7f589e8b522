import { createRandom, type Random, shuffled } from '../core/random.ts';
import { type Dataset, labelsOf, selectRows } from './dataset.ts';

/**
 * A seeded sample of `size` rows in their old order that mirrors the labels. Classes of the primary column get
 * whole shares by the largest-remainder method. Within a class every row is equally likely, and each combination
 * of the further label columns gets its share rounded up or down (systematic sampling along the combinations),
 * also where there are more combinations than rows to draw.
 *
 * @param size a positive integer; at or above the number of rows the dataset comes back as it is
 */
export function stratifiedSample(dataset: Dataset, size: number, seed: number): Dataset {
  if (size >= dataset.ids.length) return dataset;
  const random = createRandom(seed, 'stratified sample');
  const [primary, ...others] = dataset.labelColumns;
  const all = dataset.ids.map((_, row) => row);
  const classes = groupRows(dataset, all, primary === undefined ? [] : [primary]);
  const shares = largestRemainder(
    classes.map((rows) => rows.length),
    size,
  );
  const chosen = classes.flatMap((rows, i) =>
    drawAlong(groupRows(dataset, rows, others), shares[i]!, random),
  );
  return selectRows(
    dataset,
    chosen.sort((a, b) => a - b),
  );
}

/**
 * Splits `total` over `counts` in proportion, as integers that sum to `total`, each within one of its exact
 * share and none above its count (Hamilton's method). Equal remainders: the larger count first, then the
 * earlier one.
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

/** Rows by the combination of their labels in `columns`, combinations in sorted order. */
function groupRows(dataset: Dataset, rows: readonly number[], columns: readonly string[]): number[][] {
  const labels = columns.map((column) => labelsOf(dataset, column));
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = JSON.stringify(labels.map((column) => column[row]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Every (n ÷ size)-th row along the groups, each group shuffled, from a random start. */
function drawAlong(groups: readonly number[][], size: number, random: Random): number[] {
  const line = groups.flatMap((rows) => shuffled(rows, random));
  const start = random.next();
  return Array.from({ length: size }, (_, k) => {
    const position = Math.floor(((k + start) * line.length) / size);
    return line[Math.min(position, line.length - 1)]!;
  });
}
