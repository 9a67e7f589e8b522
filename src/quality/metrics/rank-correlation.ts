import { midranks } from '../../stats/midranks.ts';
import { pearsonCorrelation, sampleSd } from '../../stats/moments.ts';

/** Spearman's ρ: Pearson's correlation of the midranks. NaN when either side is constant. */
export function spearmanCorrelation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearsonCorrelation(midranks(x), midranks(y));
}

/**
 * Kendall's τ-b, which allows for ties on both sides, in O(n log n) (Knight, JASA 61, 1966): discordant pairs
 * are the exchanges that sorting by y still needs once the pairs are sorted by x.
 *
 * @returns a value in [−1, 1]; NaN when either side is constant
 */
export function kendallTau(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  if (n !== y.length) throw new RangeError(`${n} and ${y.length} values are not paired`);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!);
  const xs = Float64Array.from(order, (i) => x[i]!);
  const ys = Float64Array.from(order, (i) => y[i]!);
  const allPairs = (n * (n - 1)) / 2;
  const tiedInX = tiedPairs(n, (i) => xs[i] === xs[i - 1]);
  const tiedInBoth = tiedPairs(n, (i) => xs[i] === xs[i - 1] && ys[i] === ys[i - 1]);
  const exchanges = sortCountingExchanges(ys);
  const tiedInY = tiedPairs(n, (i) => ys[i] === ys[i - 1]);
  const surplus = allPairs - tiedInX - tiedInY + tiedInBoth - 2 * exchanges;
  return surplus / Math.sqrt(allPairs - tiedInX) / Math.sqrt(allPairs - tiedInY);
}

/**
 * Standard error of Kendall's τ, as that of a U-statistic (Hoeffding 1948): 2·sd(cᵢ)/√n, where cᵢ is the mean
 * concordance of pair i with all others. In O(n²), far cheaper than resampling a sort.
 */
export function kendallStandardError(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const concordance = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [xi, yi] = [x[i]!, y[i]!];
    for (let j = i + 1; j < n; j++) {
      const product = (xi - x[j]!) * (yi - y[j]!);
      const sign = product > 0 ? 1 : product < 0 ? -1 : 0;
      concordance[i] = concordance[i]! + sign;
      concordance[j] = concordance[j]! + sign;
    }
  }
  return (2 * sampleSd(concordance.map((sum) => sum / (n - 1)))) / Math.sqrt(n);
}

/** Pairs within runs of equal neighbours. */
function tiedPairs(n: number, equalsPrevious: (i: number) => boolean): number {
  let total = 0;
  let run = 0;
  for (let i = 1; i < n; i++) {
    run = equalsPrevious(i) ? run + 1 : 0;
    total += run;
  }
  return total;
}

/** Merge sort in place, from runs of one upwards; counts how many pairs stood the wrong way round. */
function sortCountingExchanges(values: Float64Array): number {
  const n = values.length;
  const merged = new Float64Array(n);
  let exchanges = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let left = 0; left < n; left += 2 * width) {
      const middle = Math.min(left + width, n);
      const right = Math.min(left + 2 * width, n);
      let i = left;
      let j = middle;
      for (let k = left; k < right; k++) {
        if (j >= right || (i < middle && values[i]! <= values[j]!)) merged[k] = values[i++]!;
        else {
          merged[k] = values[j++]!;
          exchanges += middle - i;
        }
      }
    }
    values.set(merged);
  }
  return exchanges;
}
