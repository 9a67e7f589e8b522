import { readFileSync } from 'node:fs';
import type { BlobRecipe } from './blobs.ts';

/** `sklearn-golden.json`, as `make_golden.py` writes it (the parts that kernel tests read). */
export interface Golden {
  readonly versions: { readonly sklearn: string };
  readonly generator: readonly {
    seed: number;
    samples: number[];
    integers: number[];
    permutation: number[];
    choice: number[];
    weighted: number;
    after: number;
  }[];
  readonly splits: readonly {
    labelSeed: number;
    rows: number;
    classes: number;
    testShare: number;
    seed: number;
    trainHead: number[];
    testHead: number[];
    trainSum: number;
    testSum: number;
    foldSums: number[];
    foldHeads: number[][];
    repeatedSums: number[];
  }[];
  readonly kmeans: readonly {
    data: BlobRecipe;
    dims: number;
    clusters: number;
    seed: number;
    nInit: number;
    labels: number[];
    inertia: number;
    iterations: number;
    ari: number;
  }[];
  readonly logistic: readonly {
    data: BlobRecipe;
    dims: number;
    c: number;
    objective: number;
    objectiveAtDefaultTolerance: number;
    weightNorm: number;
    intercepts: number[];
    probabilitiesHead: number[][];
    logLoss: number;
    predicted: number[];
  }[];
  readonly lexical: readonly {
    texts: string[];
    labels: number[];
    classes: number;
    terms: number;
    rowHeads: number[][];
    weightNorm: number;
    intercepts: number[];
    predicted: number[];
    accuracy: number;
  }[];
  readonly principalComponents: readonly {
    data: BlobRecipe;
    dims: number;
    ratio: number[];
    scoresHead: number[][];
  }[];
  readonly tsne: readonly {
    data: BlobRecipe;
    perplexity: number;
    pHead: number[];
    kl: number;
    gradientHead: number[][];
    finals: { method: string; kl: number; iterations: number; trustworthiness: number }[];
    trustworthinessOfCosLayout: number;
  }[];
}

export function readGolden(): Golden {
  return JSON.parse(readFileSync(new URL('./sklearn-golden.json', import.meta.url), 'utf8')) as Golden;
}

/** Numbers of scikit-learn 1.9.1; see README.md beside this file. */
export function readFixtures(): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(new URL('./sklearn-fixtures.json', import.meta.url), 'utf8'));
}
