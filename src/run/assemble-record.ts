import { judgeClaims } from '../compare/claims.ts';
import { classificationColumn, trueLabels } from '../compare/true-labels.ts';
import type { VerdictInput } from '../compare/verdicts.ts';
import type { Config } from '../config/config.ts';
import { bytesPerVector } from '../core/axes.ts';
import { UsageError } from '../core/errors.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import type { MemoryBlock } from '../core/record/memory-block.ts';
import { RECORD_SCHEMA_VERSION, type RunRecord } from '../core/record/run-record.ts';
import type { JournalState } from '../store/journal-state.ts';

interface AssembleInput {
  readonly config: Config;
  /** Everything the journal tells: the record holds nothing that is not in it. */
  readonly state: JournalState;
  /** Rows of all load cells that have at least one trial, in the order of the plan. */
  readonly load: readonly LoadRow[];
  readonly status: RunRecord['status'];
  readonly finishedAt: string;
  readonly runId: string;
  readonly clientRssPeakBytes: number;
}

/**
 * Makes the record of a run from its journal, without what is drawn from it (verdicts, claims). An interrupted run gives a record of what there is.
 *
 * @throws UsageError when the run was stopped before server and data were known
 */
export function assembleRecord(input: AssembleInput): RunRecord {
  const { config, state, load, status, finishedAt, runId } = input;
  const { start, server, dataset } = state;
  if (server === undefined || dataset === undefined) {
    throw new UsageError('the run was stopped before anything was measured');
  }
  const quality = state.quality.flatMap((entry) => entry.rows);
  const items = dataset.items ?? { ids: [], labels: {} };
  const record: RunRecord = {
    schemaVersion: RECORD_SCHEMA_VERSION,
    runId,
    name: start.name,
    status,
    startedAt: start.startedAt,
    finishedAt,
    runKey: start.runKey,
    configHash: start.configHash,
    ...(start.alternation === undefined ? {} : { alternation: start.alternation }),
    config: start.config,
    environment: start.environment,
    server,
    dataset: dataset.dataset,
    instructions: distinctInstructions(state),
    parity: state.quality.flatMap((entry) => entry.parity),
    quality,
    verdicts: [],
    load: [...load],
    ...(state.searches.length === 0 ? {} : { searches: [...state.searches] }),
    memory: { ...memoryBlock(config, state), client: { rssPeakBytes: input.clientRssPeakBytes } },
    maps: state.quality.flatMap((entry) => entry.maps),
    neighbours: state.quality.flatMap((entry) => entry.neighbours ?? []),
    items,
    ...cacheBlock(state),
    embeddingFailures: state.quality.flatMap((entry) => entry.embeddingFailures),
    doubts: [...state.doubts],
    phases: state.phases,
  };
  return record;
}

function distinctInstructions(state: JournalState): RunRecord['instructions'] {
  return [...new Map(state.quality.map(({ instruction }) => [instruction.name, instruction])).values()];
}

function memoryBlock(config: Config, state: JournalState): Omit<MemoryBlock, 'client'> {
  const { dimensions, dtype } = config.axes;
  return {
    ...(state.memory?.server === undefined ? {} : { server: state.memory.server }),
    vectorBytes: [...new Set(dimensions)]
      .sort((a, b) => a - b)
      .flatMap((d) => dtype.map((t) => ({ dimensions: d, dtype: t, bytesPerVector: bytesPerVector(d, t) }))),
  };
}

function cacheBlock(state: JournalState): Pick<RunRecord, 'cache'> {
  const used = state.quality.flatMap((entry) => entry.cache ?? []);
  const [first] = used;
  if (first === undefined) return {};
  return {
    cache: {
      store: first.store,
      hits: used.reduce((sum, { hits }) => sum + hits, 0),
      misses: used.reduce((sum, { misses }) => sum + misses, 0),
    },
  };
}

/** What the paired verdicts of a record are drawn from; undefined when it has no scores. */
export function verdictInput(config: Config, record: RunRecord): VerdictInput | undefined {
  if (config.quality === false || record.quality.length === 0) return undefined;
  const column = classificationColumn(record);
  return {
    rows: record.quality,
    instructions: Object.keys(config.axes.instruction),
    truth: trueLabels(record),
    ...(column === undefined ? {} : { classificationColumn: column }),
    margin: config.quality.margin,
    bootstrapResamples: config.quality.bootstrapResamples,
    seed: config.seed,
  };
}

/**
 * The record with its claims judged.
 *
 * @throws UsageError when a claim cannot be read
 */
export function withClaims(config: Config, record: RunRecord): RunRecord {
  if (config.claims.length === 0) return record;
  const column = classificationColumn(record);
  const claims = judgeClaims(config.claims, record, {
    ...(column === undefined ? {} : { classificationColumn: column }),
    bootstrapResamples: config.quality === false ? 2000 : config.quality.bootstrapResamples,
    seed: config.seed,
  });
  return { ...record, claims };
}
