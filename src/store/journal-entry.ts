import * as z from 'zod';
import {
  clientHonestySchema,
  loadRowSchema,
  searchRowSchema,
  serverStorySchema,
  trialSchema,
} from '../core/record/load-row.ts';
import { runRecordSchema } from '../core/record/run-record.ts';
import { samplePartSchema } from './sample-part.ts';

const record = runRecordSchema.shape;

/** Raised when an entry changes its meaning or goes; new kinds of entries and new optional keys leave it alone. */
export const JOURNAL_VERSION = 1;

/** The first line: which run this is. `runKey` is what `--resume` compares. */
const startSchema = z.strictObject({
  type: z.literal('start'),
  runId: z.string(),
  name: z.string(),
  startedAt: z.string(),
  runKey: z.string(),
  configHash: z.string(),
  alternation: record.alternation,
  /** With every secret replaced. */
  config: record.config,
  environment: record.environment,
});

/** An interrupted run went on, maybe elsewhere. */
const resumeSchema = z.strictObject({ type: z.literal('resume'), environment: record.environment });

const serverSchema = z.strictObject({ type: z.literal('server'), server: record.server });

const datasetSchema = z.strictObject({
  type: z.literal('dataset'),
  dataset: record.dataset,
  items: record.items.exactOptional(),
});

/** Everything the quality pass found out with one instruction (and one set of server arguments). */
const qualitySchema = z.strictObject({
  type: z.literal('quality'),
  instruction: record.instructions.element,
  serverArgs: z.string().exactOptional(),
  rows: record.quality,
  parity: record.parity,
  maps: record.maps,
  neighbours: record.neighbours,
  embeddingFailures: record.embeddingFailures,
  cache: record.cache,
});

/** One trial of a load cell; its samples lie in `samples` and were on the disk before this line was. */
const trialEntrySchema = z.strictObject({
  type: z.literal('trial'),
  cell: z.string(),
  trial: trialSchema,
  samples: samplePartSchema.exactOptional(),
  client: clientHonestySchema.exactOptional(),
  server: serverStorySchema.exactOptional(),
  /** Whatever else the orchestration needs to make the cell's row from its trials. */
  detail: z.record(z.string(), z.unknown()).exactOptional(),
});

/** A load cell is done, or something is to be said about a cell of either kind. */
const cellSchema = z.strictObject({
  type: z.literal('cell'),
  cell: z.string(),
  row: loadRowSchema.exactOptional(),
  notes: z.array(z.string()),
});

const searchSchema = z.strictObject({ type: z.literal('search'), row: searchRowSchema });
const memorySchema = z.strictObject({ type: z.literal('memory'), memory: record.memory });
const doubtSchema = z.strictObject({ type: z.literal('doubt'), code: z.string(), message: z.string() });
const phaseSchema = z.strictObject({ type: z.literal('phase'), phase: z.string(), seconds: z.number() });

/** Anything that has no kind of its own; read back with `payloadsOf`. */
const payloadSchema = z.strictObject({
  type: z.literal('payload'),
  kind: z.string(),
  payload: z.unknown(),
});

const interruptedSchema = z.strictObject({ type: z.literal('interrupted'), reason: z.string() });
const finishedSchema = z.strictObject({
  type: z.literal('finished'),
  status: z.enum(['complete', 'failed']),
  message: z.string().exactOptional(),
});

const entrySchema = z.discriminatedUnion('type', [
  startSchema,
  resumeSchema,
  serverSchema,
  datasetSchema,
  qualitySchema,
  trialEntrySchema,
  cellSchema,
  searchSchema,
  memorySchema,
  doubtSchema,
  phaseSchema,
  payloadSchema,
  interruptedSchema,
  finishedSchema,
]);

/** What is handed to the journal. */
export type JournalEntry = z.infer<typeof entrySchema>;
export type JournalEntryOf<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;

/** One line of `journal.jsonl`: an entry with its version, its number (from 1) and its time (ISO 8601). */
export const journalLineSchema = z.strictObject({
  v: z.literal(JOURNAL_VERSION),
  n: z.int().positive(),
  at: z.string(),
  entry: entrySchema,
});
export type JournalLine = z.infer<typeof journalLineSchema>;
