import type { LoadRow } from './record/load-row.ts';

/** Which way is better. `none` marks figures that describe and never decide. */
export type Direction = 'higher' | 'lower' | 'none';
export type MetricUnit = 'ratio' | 'score' | 'milliseconds' | 'perSecond' | 'bytes' | 'count';

export interface MetricDefinition {
  readonly label: string;
  readonly unit: MetricUnit;
  readonly direction: Direction;
  readonly kind: 'quality' | 'load' | 'memory';
  /** One sentence for a reader who does not know the metric. */
  readonly description: string;
  /** Digits behind the decimal point in tables. */
  readonly digits: number;
  /** Its 0 is not "nothing", or is what it usually is: a share of its value means nothing. */
  readonly absoluteOnly?: true;
  /** Where a load row keeps it. */
  readonly read?: (row: LoadRow) => number | undefined;
}

const quality = (label: string, description: string, options: Partial<MetricDefinition> = {}) =>
  ({
    label,
    description,
    unit: 'ratio',
    direction: 'higher',
    kind: 'quality',
    digits: 3,
    ...options,
  }) as const;

const latency = (label: string, description: string, read: (row: LoadRow) => number | undefined) =>
  ({ label, description, read, unit: 'milliseconds', direction: 'lower', kind: 'load', digits: 2 }) as const;

const rate = (label: string, description: string, read: (row: LoadRow) => number | undefined) =>
  ({ label, description, read, unit: 'perSecond', direction: 'higher', kind: 'load', digits: 1 }) as const;

/**
 * Every metric, defined once: reports, comparisons, gates, CSV and JUnit read label, unit, direction and
 * formatting here. The key is the id that configs (claims, gates) and records use.
 */
export const METRICS = {
  accuracy: quality('Accuracy', 'Share of held-out items classified rightly (stratified 70/30 split).'),
  macroF1: quality('Macro-F1', 'Mean over classes of the harmonic mean of precision and recall, hold-out.'),
  weightedF1: quality('Weighted F1', 'Mean F1 over classes, weighted by their sizes, hold-out.'),
  balancedAccuracy: quality('Balanced accuracy', 'Mean recall over classes, hold-out.'),
  mcc: quality('MCC', 'Matthews correlation coefficient, hold-out; 0 is chance.', { unit: 'score' }),
  logLoss: quality('Log-loss', 'Mean negative log-probability of the true class, hold-out.', {
    unit: 'score',
    direction: 'lower',
  }),
  accuracyCv: quality('Accuracy (CV)', 'Mean accuracy over repeated stratified folds.'),
  macroF1Cv: quality('Macro-F1 (CV)', 'Mean macro-F1 over repeated stratified folds.'),
  accuracyBestC: quality('Accuracy (tuned C)', 'Hold-out accuracy with C chosen by inner cross-validation.'),
  macroF1BestC: quality('Macro-F1 (tuned C)', 'Hold-out macro-F1 with C chosen by inner cross-validation.'),
  accuracyFewShot: quality(
    'Accuracy (few-shot)',
    "MTEB's few-shot protocol: mean over draws of a few shots per class.",
  ),
  ratingMae: quality('Rating MAE', 'Mean distance of predicted from true rating, hold-out.', {
    unit: 'score',
    direction: 'lower',
  }),
  quadraticKappa: quality(
    'Quadratic kappa',
    'Agreement of ratings beyond chance; far misses weigh by their square.',
    { unit: 'score' },
  ),
  ratingSpearman: quality('Rating Spearman', 'Rank correlation of predicted and true rating, hold-out.', {
    unit: 'score',
  }),
  ari: quality(
    'ARI',
    'Adjusted Rand index of k-means clusters against the labels; 0 is chance, 1 is perfect.',
    {
      unit: 'score',
    },
  ),
  nmi: quality('NMI', 'Normalised mutual information of k-means clusters and labels.'),
  ami: quality('AMI', 'Mutual information adjusted for chance.', { unit: 'score' }),
  vMeasure: quality('V-measure', 'Harmonic mean of homogeneity and completeness.'),
  homogeneity: quality('Homogeneity', 'How far each cluster holds items of one label only.'),
  completeness: quality('Completeness', 'How far items of one label lie in one cluster.'),
  silhouette: quality(
    'Silhouette',
    'How much closer items lie to their own label than to the next one (cosine).',
    {
      unit: 'score',
      absoluteOnly: true,
    },
  ),
  zeroShotAccuracy: quality(
    'Zero-shot accuracy',
    'Share of items nearest to the templates of their own class.',
  ),
  zeroShotMacroF1: quality('Zero-shot macro-F1', 'Macro-F1 of the nearest class by templates.'),
  stsSpearman: quality('STS Spearman', 'Rank correlation of cosine and judged similarity.', {
    unit: 'score',
  }),
  stsPearson: quality('STS Pearson', 'Linear correlation of cosine and judged similarity.', {
    unit: 'score',
  }),
  stsKendall: quality('STS Kendall τ', 'Concordance of cosine and judged similarity.', { unit: 'score' }),
  pairsAp: quality('Pairs AP', 'Average precision of the cosine for pairs that belong together.'),
  pairsRocAuc: quality('Pairs ROC-AUC', 'Chance that a true pair has a higher cosine than a false one.'),
  pairsF1: quality('Pairs F1', 'F1 at the threshold chosen on a development fold.'),
  pairsPrecision: quality('Pairs precision', 'Precision at the threshold chosen on a development fold.'),
  pairsRecall: quality('Pairs recall', 'Recall at the threshold chosen on a development fold.'),
  ndcgAt10: quality('nDCG@10', 'Graded relevance of the ten nearest documents, discounted by rank.'),
  mrrAt10: quality('MRR@10', 'Mean of 1 ÷ rank of the first relevant document among ten.'),
  recallAt10: quality('Recall@10', 'Share of the relevant documents among the ten nearest.'),
  recallAt100: quality('Recall@100', 'Share of the relevant documents among the hundred nearest.'),
  mapAt100: quality('MAP@100', 'Mean average precision over the hundred nearest documents.'),
  rerankBaseNdcgAt10: quality('nDCG@10 before rerank', 'Candidates in the order of their cosines.'),
  rerankNdcgAt10: quality('nDCG@10 after rerank', 'Candidates in the order of the reranker.'),
  rerankGain: quality('Rerank gain', 'nDCG@10 after less before the reranker.', {
    unit: 'score',
    absoluteOnly: true,
  }),
  neighbourOverlapAt10: quality(
    'Neighbour overlap@10',
    'Share of the ten nearest items that full-width float32 vectors find as well.',
  ),
  similarityTau: quality('Similarity τ', 'Kendall τ of sampled cosines here and at full width.', {
    unit: 'score',
  }),
  cosineMean: quality('Cosine to full width', 'Mean cosine of stored to full-width float32 vectors.', {
    unit: 'score',
    digits: 4,
  }),
  cosineMin: quality(
    'Least cosine to full width',
    'Smallest cosine of any stored vector to its full-width one.',
    {
      unit: 'score',
      digits: 4,
    },
  ),
  serviceP50Ms: latency(
    'p50 service',
    'Median time from sending a request to its last byte.',
    (r) => r.latencyMs.service.p50,
  ),
  serviceP90Ms: latency(
    'p90 service',
    '90th percentile of send → last byte.',
    (r) => r.latencyMs.service.p90,
  ),
  serviceP95Ms: latency(
    'p95 service',
    '95th percentile of send → last byte.',
    (r) => r.latencyMs.service.p95,
  ),
  serviceP99Ms: latency(
    'p99 service',
    '99th percentile of send → last byte.',
    (r) => r.latencyMs.service.p99,
  ),
  responseP50Ms: latency(
    'p50 response',
    'Median time from when a request was due to its last byte.',
    (r) => r.latencyMs.response.p50,
  ),
  responseP95Ms: latency(
    'p95 response',
    '95th percentile of due → last byte.',
    (r) => r.latencyMs.response.p95,
  ),
  responseP99Ms: latency(
    'p99 response',
    '99th percentile of due → last byte.',
    (r) => r.latencyMs.response.p99,
  ),
  requestsPerSecond: rate(
    'Requests/s',
    'Answered requests per second of window.',
    (r) => r.throughput.requestsPerSecond,
  ),
  textsPerSecond: rate('Texts/s', 'Embedded texts per second of window.', (r) => r.throughput.textsPerSecond),
  tokensPerSecond: rate(
    'Tokens/s',
    'Prompt tokens per second of window, by the server’s usage.',
    (r) => r.throughput.tokensPerSecond,
  ),
  bytesPerSecond: {
    ...rate(
      'Response bytes/s',
      'Response body bytes per second of window.',
      (r) => r.throughput.bytesPerSecond,
    ),
    unit: 'bytes',
    direction: 'none',
    digits: 0,
  },
  errorShare: {
    label: 'Failed requests',
    unit: 'ratio',
    direction: 'lower',
    kind: 'load',
    digits: 4,
    absoluteOnly: true,
    description: 'Share of the sent requests that did not end well.',
    read: (r) => (r.requests.sent === 0 ? undefined : 1 - r.requests.ok / r.requests.sent),
  },
  vectorBytes: {
    label: 'Bytes per vector',
    unit: 'bytes',
    direction: 'lower',
    kind: 'memory',
    digits: 0,
    description: 'What one stored vector takes, without any index.',
  },
  serverRssPeakBytes: {
    label: 'Server RSS, peak',
    unit: 'bytes',
    direction: 'lower',
    kind: 'memory',
    digits: 0,
    description: 'Largest resident set of the server’s process tree, when it runs on this machine.',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricId = keyof typeof METRICS;

/** The definition behind a score key: `ari[domain]` is the metric `ari` by the column `domain`. */
export function metricOfScoreKey(key: string): { id: MetricId; column?: string } | undefined {
  const match = /^([A-Za-z0-9]+)(?:\[(.+)\])?$/.exec(key);
  const id = match?.[1];
  if (id === undefined || !Object.hasOwn(METRICS, id)) return undefined;
  return match?.[2] === undefined ? { id: id as MetricId } : { id: id as MetricId, column: match[2] };
}
