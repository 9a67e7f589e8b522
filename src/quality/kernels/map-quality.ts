import { UsageError } from '../../core/errors.ts';
import type { PrefixView } from '../engine.ts';

/** Above this many rows a map is judged on this many of them, evenly spaced. */
const JUDGED_ROWS = 2000;

/** Rows that judge a map of `rows` points: all, or an even sample. */
export function judgedRows(rows: number): Int32Array {
  const count = Math.min(rows, JUDGED_ROWS);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
}

/**
 * Venna & Kaski's trustworthiness: 1 less a penalty for points that are among the k nearest on the map and not in
 * the data, by their rank in the data. 1 is perfect; scikit-learn's `trustworthiness` where all rows judge.
 *
 * @param layout rows × 2
 * @throws UsageError unless 1 ≤ k < rows ÷ 2
 */
export function trustworthiness(
  view: PrefixView,
  layout: ArrayLike<number>,
  k: number,
  judges = judgedRows(view.rows),
): number {
  const { rows } = view;
  if (!(k >= 1 && k < rows / 2)) {
    throw new UsageError(`trustworthiness over ${k} neighbours needs more than ${2 * k} rows, not ${rows}`);
  }
  let penalty = 0;
  const cosines = new Float32Array(rows);
  for (const row of judges) {
    view.cosines(Int32Array.of(row), cosines);
    for (const near of nearestOnMap(layout, row, k)) {
      const rank = rankOf(cosines, row, near);
      if (rank > k) penalty += rank - k;
    }
  }
  return 1 - (2 / (judges.length * k * (2 * rows - 3 * k - 1))) * penalty;
}

/** Share of the k nearest points on the map that carry the same label, averaged over the judging rows. */
export function neighbourLabelAgreement(
  layout: ArrayLike<number>,
  labels: ArrayLike<number>,
  k: number,
  judges = judgedRows(labels.length),
): number {
  if (!(k >= 1 && k < labels.length)) {
    throw new UsageError(`${labels.length} points have no ${k} nearest neighbours each`);
  }
  let same = 0;
  for (const row of judges) {
    for (const near of nearestOnMap(layout, row, k)) if (labels[near] === labels[row]) same++;
  }
  return same / (judges.length * k);
}

/** The k nearest other points on the map, ties by row number. */
export function nearestOnMap(layout: ArrayLike<number>, row: number, k: number): Int32Array {
  const nearest = new Int32Array(k);
  const distances = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const x = layout[2 * row]!;
  const y = layout[2 * row + 1]!;
  for (let j = 0; 2 * j < layout.length; j++) {
    const distance = (layout[2 * j]! - x) ** 2 + (layout[2 * j + 1]! - y) ** 2;
    if (j === row || distance >= distances[k - 1]!) continue;
    let at = k - 1;
    for (; at > 0 && distances[at - 1]! > distance; at--) {
      distances[at] = distances[at - 1]!;
      nearest[at] = nearest[at - 1]!;
    }
    distances[at] = distance;
    nearest[at] = j;
  }
  return nearest;
}

/** Place of row j among the others by closeness to `own`, 1 for the nearest, ties by row number. */
function rankOf(cosines: Float32Array, own: number, j: number): number {
  const cosine = cosines[j]!;
  let closer = 0;
  for (let i = 0; i < cosines.length; i++) {
    if (i !== own && (cosines[i]! > cosine || (cosines[i] === cosine && i < j))) closer++;
  }
  return closer + 1;
}
