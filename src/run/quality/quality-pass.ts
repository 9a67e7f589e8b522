import type { EmbeddingCache } from '../../cache/embedding-cache.ts';
import type { Config } from '../../config/config.ts';
import type { QualityConfig } from '../../config/quality-config.ts';
import type { Clock } from '../../core/clock.ts';
import type { EmbeddingMatrix } from '../../core/matrix.ts';
import type { ServerBlock } from '../../core/record/server-block.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { stratifiedSample } from '../../dataset/stratified-sample.ts';
import type { QualityJob, QualityJobResult, QualityProgress } from '../../quality/quality-job.ts';
import type { EmbeddingClient } from '../../server/embedding-client.ts';
import type { JournalEntryOf } from '../../store/journal-entry.ts';
import type { EmitRunEvent } from '../events.ts';
import { type EmbedPorts, type EmbedResult, type EmbedSettings, embedPrompts } from './embed-prompts.ts';
import { embedSettings } from './embed-settings.ts';
import { type Instruction, instructionRecord, instructionsOf, promptsOf } from './instruction.ts';
import { checkParity } from './parity.ts';
import type { QualityTaskPlan } from './plan-quality-tasks.ts';

export interface QualityPassInput {
  readonly config: Config;
  readonly quality: QualityConfig;
  readonly dataset: Dataset;
  readonly tasks: readonly QualityTaskPlan[];
  readonly server: ServerBlock;
  /** One key of `axes.serverArgs`. */
  readonly serverArgs: string | undefined;
  /** Instructions that an interrupted run has finished. */
  readonly finished: ReadonlySet<string>;
  readonly client: EmbeddingClient;
  readonly cache: EmbeddingCache;
  /** Scores a job off this thread. */
  readonly evaluate: (job: QualityJob, onProgress: QualityProgress) => Promise<QualityJobResult>;
  readonly clock: Clock;
  readonly emit: EmitRunEvent;
  readonly signal: AbortSignal;
}

/** Nearest neighbours that the error view shows of an item. */
const NEIGHBOURS = 5;

/**
 * Embeds every text once at native width for each instruction and scores every width from that. Each finished
 * instruction is handed to `onInstruction`, which puts it on the disk.
 *
 * @throws ServerError when the server stops answering; UsageError when the data cannot be scored
 */
export async function qualityPass(
  input: QualityPassInput,
  onInstruction: (entry: JournalEntryOf<'quality'>) => void,
): Promise<void> {
  const instructions = instructionsOf(input.config);
  const sample = sampleOf(input);
  const settings = embedSettings(input.quality, input.server);
  const plan = instructions.map((instruction, i) => ({
    instruction,
    dataset: i === 0 ? input.dataset : (sample ?? input.dataset),
    isReference: i === 0,
  }));
  const progress = progressOver(
    plan.map(({ dataset }) => dataset.ids.length),
    input.emit,
  );
  for (const [i, { instruction, dataset, isReference }] of plan.entries()) {
    if (input.finished.has(instruction.name)) {
      progress.skip(i);
      continue;
    }
    const embedded = await embedInstruction(
      input,
      instruction,
      dataset,
      settings,
      progress.of(i, instruction.name),
    );
    const parity = isReference ? await parityRows(input, instruction, dataset, embedded.items, settings) : [];
    const result = await input.evaluate(
      qualityJob(input, instruction, embedded, isReference ? sample : undefined),
      progress.scoring(i, instruction.name),
    );
    onInstruction(qualityEntry(input, instruction, embedded, parity, result));
  }
}

/** The rows that all instructions are scored on, when only the reference is scored on all. */
function sampleOf({ dataset, quality, config }: QualityPassInput): Dataset | undefined {
  const rows = quality.instructionSample;
  const needed = Object.keys(config.axes.instruction).length > 1;
  return !needed || rows === undefined || rows >= dataset.ids.length
    ? undefined
    : stratifiedSample(dataset, rows, config.seed);
}

interface Embedded {
  readonly items: EmbedResult;
  /** Vectors of each task's own texts, in the order of the tasks. */
  readonly own: readonly (EmbeddingMatrix | undefined)[];
  readonly cache: { readonly hits: number; readonly misses: number };
}

async function embedInstruction(
  input: QualityPassInput,
  instruction: Instruction,
  dataset: Dataset,
  settings: EmbedSettings,
  onProgress: (done: number, total: number) => void,
): Promise<Embedded> {
  const before = input.cache.stats();
  const ports: EmbedPorts = { ...input, onProgress };
  const origin = { model: input.server.model, fingerprint: input.server.fingerprint };
  const sources = dataset.ids.map((id, i) => ({ id, text: dataset.texts[i]!, role: 'text' as const }));
  const items = await embedPrompts(promptsOf(instruction, sources, origin, settings), settings, ports);
  const own: (EmbeddingMatrix | undefined)[] = [];
  for (const task of input.tasks) {
    const replaced = task.instruction !== undefined && instruction.text !== null;
    const used = replaced ? { ...instruction, text: task.instruction } : instruction;
    own.push(
      task.texts.length === 0
        ? undefined
        : (await embedPrompts(promptsOf(used, task.texts, origin, settings), settings, { ...input })).matrix,
    );
  }
  const after = input.cache.stats();
  return { items, own, cache: { hits: after.hits - before.hits, misses: after.misses - before.misses } };
}

async function parityRows(
  input: QualityPassInput,
  instruction: Instruction,
  dataset: Dataset,
  { matrix }: EmbedResult,
  settings: EmbedSettings,
): Promise<Awaited<ReturnType<typeof checkParity>>> {
  const { capabilities } = input.server;
  if (capabilities.dimensions !== 'honoured' || input.quality.paritySample === 0) return [];
  const count = Math.min(input.quality.paritySample, dataset.ids.length);
  const sources = dataset.ids
    .slice(0, count)
    .map((id, i) => ({ id, text: dataset.texts[i]!, role: 'text' as const }));
  const origin = { model: input.server.model, fingerprint: input.server.fingerprint };
  return checkParity({
    client: input.client,
    instruction: instruction.name,
    prompts: promptsOf(instruction, sources, origin, settings),
    matrix,
    dimensions: input.config.axes.dimensions.filter((d) => d < capabilities.nativeDimensions),
    settings,
    signal: input.signal,
  });
}

function qualityJob(
  input: QualityPassInput,
  instruction: Instruction,
  { items, own }: Embedded,
  sample: Dataset | undefined,
): QualityJob {
  const { config, quality, dataset, serverArgs } = input;
  const { map } = quality;
  const isReference = instruction.name === Object.keys(config.axes.instruction)[0];
  return {
    instruction: instruction.name,
    ...(serverArgs === undefined ? {} : { serverArgs }),
    engine: quality.engine,
    mlSteps: quality.mlSteps,
    matrix: items.matrix,
    items: { ids: dataset.ids, labels: dataset.labels },
    tasks: input.tasks.map(({ planned }, i) => {
      const matrix = own[i];
      return matrix === undefined ? planned : { ...planned, own: matrix };
    }),
    dimensions: config.axes.dimensions,
    dtypes: config.axes.dtype,
    options: {
      testShare: quality.testShare,
      folds: quality.folds,
      repeats: quality.repeats,
      c: quality.c,
      tuneC: quality.tuneC,
      nInit: quality.nInit,
      clusteringSeeds: quality.clusteringSeeds,
      bootstrapResamples: quality.bootstrapResamples,
      seed: config.seed,
    },
    ...(sample === undefined ? {} : { sampleIds: sample.ids }),
    ...(map.method === 'none' || !isReference
      ? {}
      : {
          map: {
            method: map.method,
            perplexity: map.perplexity,
            dimensions: map.dimensions ?? mapDimensions(config.axes.dimensions),
            points: map.points,
          },
        }),
    neighbours: config.report.texts && isReference ? NEIGHBOURS : 0,
  };
}

/** Smallest, middle and largest width: enough to see what cutting does. */
function mapDimensions(dimensions: readonly number[]): number[] {
  const sorted = [...new Set(dimensions)].sort((a, b) => a - b);
  return [...new Set([sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!])];
}

function qualityEntry(
  { serverArgs, cache, dataset }: QualityPassInput,
  instruction: Instruction,
  embedded: Embedded,
  parity: JournalEntryOf<'quality'>['parity'],
  result: QualityJobResult,
): JournalEntryOf<'quality'> {
  return {
    type: 'quality',
    instruction: instructionRecord(instruction, dataset.texts[0]!),
    ...(serverArgs === undefined ? {} : { serverArgs }),
    rows: [...result.rows],
    parity,
    maps: [...result.maps],
    neighbours: [...result.neighbours],
    embeddingFailures: [...embedded.items.failures].map(([kind, { ids }]) => ({
      instruction: instruction.name,
      kind,
      count: ids.length,
      ids: [...ids],
    })),
    ...(cache.kind === 'none' ? {} : { cache: { store: cache.kind, ...embedded.cache } }),
  };
}

/** One bar over all instructions: texts embedded, with the scoring of each named as it happens. */
function progressOver(texts: readonly number[], emit: EmitRunEvent) {
  const total = texts.reduce((sum, count) => sum + count, 0);
  const before = (i: number): number => texts.slice(0, i).reduce((sum, count) => sum + count, 0);
  const report = (done: number, detail: string): void =>
    emit({ type: 'progress', phase: 'quality', done, total, detail });
  return {
    skip: (i: number): void => report(before(i + 1), 'measured before'),
    of:
      (i: number, instruction: string) =>
      (done: number, distinct: number): void =>
        report(
          before(i) + Math.round((texts[i]! * done) / Math.max(1, distinct)),
          `texts embedded, instruction ${instruction}`,
        ),
    scoring:
      (i: number, instruction: string): QualityProgress =>
      (done, cells) =>
        report(
          before(i + 1),
          `texts embedded; scoring instruction ${instruction}: ${done} of ${cells} cells`,
        ),
  };
}
