/** N×D float32 rows, row-major: what an engine sweeps over. May lie in a SharedArrayBuffer. */
export interface EngineInput {
  readonly rows: number;
  readonly dimensions: number;
  readonly values: Float32Array;
}

/**
 * A numeric engine behind the quality tasks. `native`: dimsweep's own kernels, equal to scikit-learn.
 * `ml`: ml-kmeans and ml-logistic-regression.
 */
export interface QualityEngine {
  readonly id: 'native' | 'ml';
  /**
   * Opens one matrix for a sweep over its prefixes; work that prefixes share is done once.
   *
   * @param prefixes widths to visit, ascending, each in [1, input.dimensions]
   * @throws UsageError when a value is not finite or a whole row is zero (the row is named), when there are no
   *   rows, or when a prefix is out of range or out of order.
   */
  open(input: EngineInput, prefixes: readonly number[]): PrefixSweep;
}

/** One matrix, visited prefix by prefix. Rows are cut to the prefix and divided by their L2 norm. */
export interface PrefixSweep {
  /**
   * The matrix at one of the prefixes given to `open`. Prefixes are visited in ascending order (visiting the
   * current one again is free); a view must not be used after a larger prefix was asked for.
   */
  at(dimensions: number): PrefixView;
  /** Gives memory and threads back. Views are dead afterwards. */
  close(): void;
}

export interface KMeansOptions {
  readonly clusters: number;
  /** Restarts; the one with the lowest inertia wins. */
  readonly nInit: number;
  /** Seed of NumPy's legacy generator, 0 … 2³²−1: scikit-learn's `random_state`. */
  readonly seed: number;
  /** Default 300. */
  readonly maxIterations?: number;
  /** Relative to the mean variance of the columns, as in scikit-learn; default 1e-4. */
  readonly tolerance?: number;
}

export interface KMeansResult {
  /** Cluster of every row, 0 … clusters−1. */
  readonly labels: Int32Array;
  /** Sum of squared distances to the own centre. */
  readonly inertia: number;
  /** Lloyd iterations of the winning restart. */
  readonly iterations: number;
  /** clusters × dimensions, row-major; left out by routes that never form centres. */
  readonly centres?: Float64Array;
}

export interface LogisticOptions {
  /** Rows of the matrix to fit on. */
  readonly rows: Int32Array;
  /** Class of each of `rows` (same length), 0 … classes−1. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Inverse strength of the L2 penalty: scikit-learn's `C`. */
  readonly c: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Stop when the estimated gap to the optimum is below this share of the objective; default 1e-8. */
  readonly tolerance?: number;
  /** A model of the same classes, of this prefix or a smaller one, any rows, any C: where the solver starts. */
  readonly warmStart?: LogisticModel;
}

/** A fitted classifier: plain data, so it can be kept, posted to another thread, and used as a start. */
export interface LogisticModel {
  readonly dimensions: number;
  readonly classes: number;
  readonly c: number;
  /** One row of `dimensions` weights per class; a single row (of class 1) when there are two classes. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  /** Σ cross-entropy + ‖W‖² ÷ 2C over the fitted rows; absent where the engine minimises something else. */
  readonly objective?: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The `k` nearest rows of each asked row by cosine, nearest first, itself left out, ties by row index. */
export interface Neighbours {
  readonly k: number;
  /** rows.length × k. */
  readonly indices: Int32Array;
  /** rows.length × k. */
  readonly cosines: Float32Array;
}

export interface PrincipalComponents {
  /** rows × count, row-major: projections of the centred rows, signs as scikit-learn's `svd_flip` sets them. */
  readonly scores: Float64Array;
  /** Share of the total variance along each component. */
  readonly explainedVarianceRatio: Float64Array;
}

/** All rows at one prefix, each of unit length. */
export interface PrefixView {
  readonly dimensions: number;
  readonly rows: number;
  /** Rows whose prefix is all zero: they have no direction here and stay zero (cosine 0 to every row). */
  readonly zeroRows: Int32Array;
  /** @throws UsageError when there are fewer rows than clusters. */
  kmeans(options: KMeansOptions): KMeansResult;
  /** @throws UsageError when a class has no row, or there is only one class. */
  fitLogistic(options: LogisticOptions): LogisticModel;
  /** rows.length × classes, each row summing to 1. */
  predictProbabilities(model: LogisticModel, rows: Int32Array): Float64Array;
  /** @throws UsageError unless 1 ≤ k < rows. */
  neighbours(rows: Int32Array, k: number): Neighbours;
  /** Cosines of each asked row to every row: rows.length × this.rows, into `out` where given. */
  cosines(rows: Int32Array, out?: Float32Array): Float32Array;
  cosine(i: number, j: number): number;
  /** @throws UsageError when `count` exceeds the rows or the dimensions. */
  principalComponents(count: number): PrincipalComponents;
  copyRow(row: number, out: Float32Array): void;
}
