import { readFileSync } from 'node:fs';
import type { BlobRecipe } from './blobs.ts';

/** The parts of `sklearn-golden.json` that hold scores of given labels. */
export interface ScoreGolden {
  readonly agreement: readonly {
    true: number[];
    predicted: number[];
    ari: number;
    nmi: number;
    ami: number;
    homogeneity: number;
    completeness: number;
    vMeasure: number;
  }[];
  readonly classification: readonly {
    true: number[];
    predicted: number[];
    names: string[];
    probabilities: number[][] | null;
    accuracy: number;
    balancedAccuracy: number;
    macroF1: number;
    weightedF1: number;
    mcc: number;
    kappa: number;
    quadraticKappa: number;
    logLoss: number | null;
    confusion: number[][];
    report: string;
    report4: string;
  }[];
  readonly silhouette: readonly { data: BlobRecipe; cosine: number; samplesHead: number[] }[];
}

export function readScoreGolden(): ScoreGolden {
  return JSON.parse(readFileSync(new URL('./sklearn-golden.json', import.meta.url), 'utf8')) as ScoreGolden;
}
