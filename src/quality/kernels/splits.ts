import { UsageError } from '../../core/errors.ts';
import { createNumpyRandom, type NumpyRandom } from '../../core/numpy-random.ts';

/** Row indices of one split. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * scikit-learn's `train_test_split(stratify=labels, test_size=testShare, random_state=seed)`: the same rows in
 * the same order. `labels` are class numbers; number the classes in the sorted order of their names, as
 * `numpy.unique` does, to meet a notebook that splits by the names themselves.
 *
 * @throws UsageError when a class has one row only, or a side has fewer rows than there are classes
 */
export function trainTestSplitStratified(labels: Int32Array, testShare: number, seed: number): Split {
  const { members } = groupByClass(labels);
  const testRows = Math.ceil(testShare * labels.length);
  const trainRows = labels.length - testRows;
  refuseThinSplit(members, trainRows, testRows);
  const random = createNumpyRandom(seed);
  const counts = members.map((rows) => rows.length);
  const trainCounts = allot(counts, trainRows, random);
  const remaining = counts.map((count, k) => count - trainCounts[k]!);
  const testCounts = allot(remaining, testRows, random);
  const train: number[] = [];
  const test: number[] = [];
  members.forEach((rows, k) => {
    const order = random.permutation(rows.length);
    const take = (position: number): number => rows[order[position]!]!;
    const cut = trainCounts[k]!;
    for (let i = 0; i < cut; i++) train.push(take(i));
    for (let i = cut; i < cut + testCounts[k]!; i++) test.push(take(i));
  });
  return {
    train: random.permutation(Int32Array.from(train)),
    test: random.permutation(Int32Array.from(test)),
  };
}

/**
 * scikit-learn's `StratifiedKFold(folds, shuffle=True, random_state=seed)`. Train and test rows ascend.
 *
 * @throws UsageError when every class has fewer rows than there are folds
 */
export function stratifiedKFold(labels: Int32Array, folds: number, seed: number): Split[] {
  return foldOnce(labels, folds, createNumpyRandom(seed));
}

/** scikit-learn's `RepeatedStratifiedKFold`: one random stream runs on across the repeats. */
export function repeatedStratifiedKFold(
  labels: Int32Array,
  folds: number,
  repeats: number,
  seed: number,
): Split[] {
  const random = createNumpyRandom(seed);
  return Array.from({ length: repeats }, () => foldOnce(labels, folds, random)).flat();
}

function foldOnce(labels: Int32Array, folds: number, random: NumpyRandom): Split[] {
  // scikit-learn numbers classes by first appearance here, not by sorted name
  const classes = groupByClass(labels).members.sort((a, b) => a[0]! - b[0]!);
  if (folds < 2 || classes.every((rows) => rows.length < folds)) {
    throw new UsageError(`${folds} stratified folds cannot be made: no class has ${folds} rows`, {
      hint: 'lower quality.folds (at least 2) or bring more labelled rows',
    });
  }
  const foldOf = new Int32Array(labels.length);
  let sorted = 0;
  for (const rows of classes) {
    // class k takes the sorted positions [sorted, sorted + length); position p falls into fold p mod folds
    const foldIds = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) foldIds[i] = (sorted + i) % folds;
    sorted += rows.length;
    foldIds.sort();
    random.shuffle(foldIds);
    rows.forEach((row, i) => {
      foldOf[row] = foldIds[i]!;
    });
  }
  const all = Int32Array.from(labels, (_, row) => row);
  return Array.from({ length: folds }, (_, fold) => ({
    train: all.filter((row) => foldOf[row] !== fold),
    test: all.filter((row) => foldOf[row] === fold),
  }));
}

/** Rows of every class that occurs, classes ascending, rows in order. */
function groupByClass(labels: Int32Array): { members: number[][] } {
  const byClass = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = byClass.get(label);
    if (rows === undefined) byClass.set(label, [row]);
    else rows.push(row);
  });
  const classes = [...byClass.keys()].sort((a, b) => a - b);
  return { members: classes.map((label) => byClass.get(label)!) };
}

/**
 * How many of `draws` fall to each class: the floor of its proportional share, remainders topped up in order
 * of the fractional part, ties between equal fractions broken at random (scikit-learn's approximate mode of
 * the multivariate hypergeometric).
 */
function allot(counts: readonly number[], draws: number, random: NumpyRandom): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (count / total) * draws);
  const allotted = shares.map(Math.floor);
  let missing = Math.trunc(draws - allotted.reduce((sum, count) => sum + count, 0));
  const fractions = shares.map((share, k) => share - allotted[k]!);
  const distinct = [...new Set(fractions)].sort((a, b) => b - a);
  for (const fraction of distinct) {
    if (missing <= 0) break;
    const tied = Int32Array.from(fractions.keys()).filter((k) => fractions[k] === fraction);
    const chosen = random.choice(tied, Math.min(tied.length, missing));
    for (const k of chosen) allotted[k]! += 1;
    missing -= chosen.length;
  }
  return allotted;
}

function refuseThinSplit(members: readonly number[][], trainRows: number, testRows: number): void {
  const smallest = Math.min(...members.map((rows) => rows.length));
  if (smallest < 2) {
    throw new UsageError('a class has one row only, which cannot lie on both sides of a split', {
      hint: 'bring a second row of that class or map the class away in dataset.labels',
    });
  }
  const rows = Math.min(trainRows, testRows);
  if (rows < members.length) {
    throw new UsageError(`a split of ${rows} rows cannot hold ${members.length} classes`, {
      hint: 'bring more labelled rows or change quality.testShare',
    });
  }
}
