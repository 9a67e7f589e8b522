import * as z from 'zod';

/** A row of the data file that was left out. */
export const badRowSchema = z.strictObject({
  /** 1-based line of the file. */
  line: z.int(),
  reason: z.enum([
    'emptyText',
    'unknownLabel',
    'missingLabel',
    'brokenQuoting',
    'notUtf8',
    'notJson',
    'missingColumn',
    'duplicateId',
    'missingId',
    'wrongType',
    'tooLong',
  ]),
  message: z.string(),
});
export type BadRow = z.infer<typeof badRowSchema>;

/** What must be known about the data before any score is read. */
export const dataCardSchema = z.strictObject({
  /** Share of the largest class. */
  majorityShare: z.number().exactOptional(),
  /** TF-IDF + logistic regression on the same split: what words alone give. */
  tfidfAccuracy: z.number().exactOptional(),
  /** Rows whose text repeats an earlier row's, after NFKC, case folding and collapsing white space. */
  exactDuplicates: z.int(),
  /** Further rows whose set of words is at least 0.9 equal (Jaccard) to an earlier row's. */
  nearDuplicates: z.int().exactOptional(),
  /** Distinct texts that occur under more than one class. */
  conflictingTexts: z.int().exactOptional(),
  /** Held-out items whose text also stands in the training part, exactly or nearly. */
  leakage: z
    .strictObject({ exact: z.int(), near: z.int().exactOptional(), testRows: z.int() })
    .exactOptional(),
  /** Length in characters: [min, p50, p90, max]. */
  characters: z.tuple([z.int(), z.int(), z.int(), z.int()]),
  /** Share of rows by script: latin, han, kana, hangul, cyrillic, arabic, other. */
  scripts: z.record(z.string(), z.number()),
  /** Smallest difference in accuracy that the held-out part can show (power 0.8, 5 %), at typical discordance. */
  detectableDifference: z.number().exactOptional(),
  warnings: z.array(z.string()),
});
export type DataCard = z.infer<typeof dataCardSchema>;

export const datasetBlockSchema = z.strictObject({
  name: z.string(),
  source: z.string(),
  /** SHA-256 over ids, texts and labels of the rows in use. */
  hash: z.string(),
  /** Rows in use. */
  rows: z.int(),
  /** Rows of the source, before filters, sampling and bad rows. */
  sourceRows: z.int(),
  labelColumns: z.array(z.string()),
  /** Count per class of the first label column. */
  labels: z.record(z.string(), z.int()),
  /** Count per class of every further label column. */
  otherLabels: z.record(z.string(), z.record(z.string(), z.int())).exactOptional(),
  /** Rows whose text repeats an earlier row's; see the card's `exactDuplicates`. */
  duplicates: z.int(),
  badRows: z.strictObject({ count: z.int(), shown: z.array(badRowSchema) }),
  card: dataCardSchema.exactOptional(),
});
export type DatasetBlock = z.infer<typeof datasetBlockSchema>;
