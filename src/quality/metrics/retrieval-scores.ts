/**
 * Scores of one ranked list. `grades` are the relevance grades of the documents in ranked order (0: not
 * relevant or not judged), `judged` all positive grades of the query in any order, ranked or not. Definitions
 * are trec_eval's, as MTEB and BEIR report them.
 */
type Grades = ArrayLike<number>;

/** nDCG@k with linear gain and log₂(rank + 1); the ideal list is cut at k as well. NaN without judged grades. */
export function ndcgAt(grades: Grades, judged: Grades, k: number): number {
  const ideal = Float64Array.from(judged).sort().reverse();
  return discountedGain(grades, k) / discountedGain(ideal, k);
}

function discountedGain(grades: Grades, k: number): number {
  let gain = 0;
  for (let i = 0; i < Math.min(k, grades.length); i++) gain += grades[i]! / Math.log2(i + 2);
  return gain;
}

/** 1 ÷ rank of the first relevant document among the first k, 0 when there is none. */
export function reciprocalRankAt(grades: Grades, k: number): number {
  for (let i = 0; i < Math.min(k, grades.length); i++) if (grades[i]! > 0) return 1 / (i + 1);
  return 0;
}

/** Share of the relevant documents that stand among the first k. NaN without judged grades. */
export function recallAt(grades: Grades, judged: Grades, k: number): number {
  let found = 0;
  for (let i = 0; i < Math.min(k, grades.length); i++) if (grades[i]! > 0) found++;
  return found / judged.length;
}

/** Average precision over the first k, divided by the number of all relevant documents. */
export function averagePrecisionAt(grades: Grades, judged: Grades, k: number): number {
  let found = 0;
  let total = 0;
  for (let i = 0; i < Math.min(k, grades.length); i++) {
    if (grades[i]! <= 0) continue;
    found++;
    total += found / (i + 1);
  }
  return total / judged.length;
}
