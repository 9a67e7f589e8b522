/**
 * Whether the statistics keep their promises, on simulated data whose truth is known: how often a difference is
 * called where there is none (one comparison, and a sweep's whole family after Holm), how often a loss beyond the
 * margin passes as equal, and how often 95 % intervals hold the true value. All through the functions that runs use.
 *
 *   npm run build && node --import tsx bench/stats-nulls.ts [--simulations 2000]
 *
 * Ends with 1 when more than 6 % of alarms are false, or an interval covers less than 93 % or more than 97 %.
 */
import { parseArgs } from 'node:util';
import { pairedVerdicts } from '../src/compare/verdicts.ts';
import { createRandom } from '../src/core/random.ts';
import type { PairedVerdict, QualityRow } from '../src/core/record/quality-row.ts';
import type { Score } from '../src/core/record/score.ts';
import { createNativeEngine } from '../src/quality/engines/native.ts';
import { evaluateQuality } from '../src/quality/evaluate.ts';
import { macroF1OfCounts } from '../src/quality/metrics/classification-scores.ts';
import { adjustedRandOf } from '../src/quality/metrics/cluster-agreement.ts';
import { countScores, meanScore, proportionScore } from '../src/quality/score-intervals.ts';
import {
  drawClusters,
  drawItems,
  drawPredictions,
  normal,
  simulatedRow,
  trueAri,
  trueMacroF1,
} from './null-sweep.ts';

const { values: options } = parseArgs({ options: { simulations: { type: 'string', default: '2000' } } });
const simulations = Number(options.simulations);
/** Held-out items of 2,000 reviews split 70/30. */
const ITEMS = 600;
const WIDTHS = [32, 64, 128, 256, 512, 1024, 1536, 2560];
const RESAMPLES = 1000;
const MARGIN = 0.03;
const TRUE_MACRO_F1 = trueMacroF1(0.89);
const TRUE_ARI = trueAri();
/** Half of the queries at rank 1, the others evenly over ranks 1–10. */
const TRUE_MRR = 0.5 + 0.05 * [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((sum, rank) => sum + 1 / rank, 0);

const alarms = new Map<string, { hits: number; of: number }>();
const coverage = new Map<string, { hits: number; of: number }>();
const count = (table: typeof alarms, name: string, hit: boolean): void => {
  const entry = table.get(name) ?? { hits: 0, of: 0 };
  table.set(name, { hits: entry.hits + Number(hit), of: entry.of + 1 });
};

for (let s = 0; s < simulations; s++) {
  sweepWithoutDifference(s);
  lossOnTheMargin(s);
  if (s % 4 === 0) foldsWithoutDifference(s);
  intervalsOfScores(s);
}
const isGood = [
  report('False alarms, nominal 5 %', alarms, (share) => share <= 0.06),
  report('95 % intervals that hold the truth', coverage, (share) => share >= 0.93 && share <= 0.97),
];
process.exitCode = isGood.every(Boolean) ? 0 : 1;

/** Eight widths of equal quality, each against the widest. */
function sweepWithoutDifference(simulation: number): void {
  const random = createRandom(simulation, 'null sweep');
  const items = drawItems(ITEMS, random);
  const rows = WIDTHS.map((width) =>
    simulatedRow(width, items, drawPredictions(items, 0.85, random), drawClusters(items, random)),
  );
  const verdicts = verdictsOf(rows, items.labels, simulation);
  for (const metric of ['accuracy', 'macroF1', 'ari']) {
    const family = verdicts.filter((verdict) => verdict.metric === metric);
    const first = family[0]!;
    count(alarms, `${metric}, one comparison`, first.p! < 0.05);
    count(
      alarms,
      `${metric}, any of ${family.length} after Holm`,
      family.some(({ pAdjusted }) => pAdjusted! < 0.05),
    );
    count(coverage, `paired difference of ${metric}`, holds(first.difference, 0));
  }
}

/** A width that loses exactly the margin: to call that "as good" is the false alarm of non-inferiority. */
function lossOnTheMargin(simulation: number): void {
  const random = createRandom(simulation, 'margin');
  const items = drawItems(ITEMS, random);
  const none = new Int32Array(ITEMS);
  const rows = [
    simulatedRow(512, items, drawPredictions(items, 0.85 * (1 - MARGIN), random), none),
    simulatedRow(2560, items, drawPredictions(items, 0.85, random), none),
  ];
  const verdict = verdictsOf(rows, items.labels, simulation).find(({ metric }) => metric === 'accuracy')!;
  count(alarms, 'accuracy, a loss of the margin held for none', verdict.verdict === 'holds');
  count(
    coverage,
    'paired difference of accuracy, true loss 0.0255',
    holds(verdict.difference, -0.85 * MARGIN),
  );
}

/** Two widths that know the classes equally well, each with noise of its own, cross-validated for real. */
function foldsWithoutDifference(simulation: number): void {
  const random = createRandom(simulation, 'folds');
  const rows = 120;
  const width = 6;
  const labels = Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? 'a' : 'b'));
  const ids = labels.map((_, i) => String(i));
  const rowOf = (instruction: string): QualityRow => {
    const values = Float32Array.from(
      { length: rows * width },
      (_, at) => (at % width === 0 ? (Math.floor(at / width) % 2 === 0 ? 1 : -1) * 0.8 : 0) + normal(random),
    );
    const [row] = evaluateQuality(
      {
        ...{
          instruction,
          engine: 'native',
          mlSteps: 1,
          dimensions: [width],
          dtypes: ['float32'],
          neighbours: 0,
        },
        matrix: { ids, dimensions: width, values },
        items: { ids, labels: { class: labels } },
        tasks: [{ task: 'classification', spec: { column: 'class', protocols: ['cv'] } }],
        options: {
          ...{ testShare: 0.3, folds: 5, repeats: 4, c: 1, tuneC: false, nInit: 1, clusteringSeeds: 1 },
          ...{ bootstrapResamples: 100, seed: simulation },
        },
      },
      createNativeEngine(),
    ).rows;
    return row!;
  };
  const verdict = pairedVerdicts({
    rows: [rowOf('one'), rowOf('other')],
    instructions: ['one', 'other'],
    truth: new Map(),
    ...{ margin: MARGIN, bootstrapResamples: 100, seed: simulation },
  }).find(({ metric }) => metric === 'accuracyCv')!;
  count(alarms, 'accuracyCv, corrected resampled t over 20 folds', verdict.p! < 0.05);
}

/** Intervals of single scores. */
function intervalsOfScores(simulation: number): void {
  const random = createRandom(simulation, 'scores');
  const items = drawItems(ITEMS, random);
  const predicted = drawPredictions(items, 0.89, random);
  const resampling = { bootstrapResamples: RESAMPLES, seed: simulation };
  const hits = predicted.filter((label, i) => label === items.labels[i]).length;
  count(coverage, 'accuracy (Wilson)', holds(proportionScore(hits, ITEMS), 0.89));
  const { macroF1 } = countScores(
    predicted.map((label, i) => items.labels[i]! * 3 + label),
    9,
    { macroF1: (counts) => macroF1OfCounts(counts, 3) },
    resampling,
  );
  count(coverage, 'macro-F1 (bootstrap)', holds(macroF1!, TRUE_MACRO_F1));
  const { ari } = countScores(
    drawClusters(items, random).map((cluster, i) => items.labels[i]! * 3 + cluster),
    9,
    { ari: (counts) => adjustedRandOf({ rows: 3, columns: 3, counts }) },
    resampling,
    { ari: { centred: true } },
  );
  count(coverage, 'ARI (centred bootstrap)', holds(ari!, TRUE_ARI));
  // reciprocal ranks: half of the queries are answered at once, the others anywhere in the first ten
  const ranks = Float64Array.from({ length: 300 }, () =>
    random.next() < 0.5 ? 1 : 1 / (1 + random.integer(10)),
  );
  count(coverage, 'mean reciprocal rank (bootstrap)', holds(meanScore(ranks, resampling), TRUE_MRR));
}

function verdictsOf(rows: readonly QualityRow[], labels: Int32Array, seed: number): PairedVerdict[] {
  return pairedVerdicts({
    rows,
    instructions: ['none'],
    truth: new Map([['class', new Map(Array.from(labels, (label, i) => [String(i), String(label)]))]]),
    classificationColumn: 'class',
    ...{ margin: MARGIN, bootstrapResamples: RESAMPLES, seed },
  });
}

function holds({ low, high }: Score, truth: number): boolean {
  return low !== undefined && high !== undefined && low <= truth && truth <= high;
}

function report(title: string, table: typeof alarms, isWithin: (share: number) => boolean): boolean {
  console.log(`\n${title}`);
  let isGood = true;
  for (const [name, { hits, of }] of table) {
    const share = hits / of;
    isGood &&= isWithin(share);
    const doubt = 1.96 * Math.sqrt((share * (1 - share)) / of);
    console.log(
      `  ${name.padEnd(52)}${(100 * share).toFixed(1).padStart(6)} % ± ${(100 * doubt).toFixed(1)}` +
        `   of ${of}   ${isWithin(share) ? 'PASS' : 'FAIL'}`,
    );
  }
  return isGood;
}
