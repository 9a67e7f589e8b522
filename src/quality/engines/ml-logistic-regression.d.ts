/** The package ships no types; these are the parts that dimsweep uses. */
declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  export default class LogisticRegression {
    constructor(options: { numSteps?: number; learningRate?: number });
    /** One classifier per class, against the rest; each holds one row of weights. */
    readonly classifiers: readonly { readonly weights: Matrix }[];
    train(features: Matrix, labels: Matrix): void;
  }
}
