import { createNumpyRandom } from '../../src/core/numpy-random.ts';

/** Recipe of an input in `sklearn-golden.json`. */
export interface BlobRecipe {
  readonly seed: number;
  readonly rows: number;
  readonly dims: number;
  readonly classes: number;
  readonly separation: number;
}

/** The same float32 rows and labels as `blobs()` in `make_golden.py`. */
export function blobs(recipe: BlobRecipe): { values: Float32Array; labels: Int32Array } {
  const { rows, dims, classes, separation } = recipe;
  const random = createNumpyRandom(recipe.seed);
  const labels = Int32Array.from({ length: rows }, () => random.randint(classes));
  const centres = Float64Array.from({ length: classes * dims }, () => random.randomSample() - 0.5);
  const values = new Float32Array(rows * dims);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dims; j++) {
      const noise = random.randomSample() - 0.5;
      values[i * dims + j] = separation * centres[labels[i]! * dims + j]! + noise;
    }
  }
  return { values, labels };
}

/** `rows` class numbers below `classes`, as `RandomState(seed).randint(classes, size=rows)`. */
export function randomLabels(seed: number, rows: number, classes: number): Int32Array {
  const random = createNumpyRandom(seed);
  return Int32Array.from({ length: rows }, () => random.randint(classes));
}
