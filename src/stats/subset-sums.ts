/**
 * How many subsets of exactly `size` of the values reach each sum: index = sum. Counts are exact below 2⁵³ and
 * right to double precision beyond (all terms are positive).
 *
 * @param values non-negative integers
 */
export function countSubsetSums(values: readonly number[], size: number): Float64Array {
  const largest = [...values]
    .sort((a, b) => b - a)
    .slice(0, size)
    .reduce((total, value) => total + value, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(largest + 1));
  ways[0]![0] = 1;
  for (const value of values) {
    for (let k = size; k >= 1; k--) {
      const from = ways[k - 1]!;
      const to = ways[k]!;
      for (let sum = largest; sum >= value; sum--) to[sum] = to[sum]! + from[sum - value]!;
    }
  }
  return ways[size]!;
}
