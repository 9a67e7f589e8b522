import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type CompareOptions, compareRuns } from '../../compare/compare-runs.ts';
import type { Comparison } from '../../compare/comparison.ts';
import type { LoadedConfig } from '../../config/read-config.ts';
import type { Clock } from '../../core/clock.ts';
import { contentHash } from '../../core/content-hash.ts';
import { SIDES, type Side } from '../../core/side.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { createLoadEngine, type LoadEngine } from '../../load/load-engine.ts';
import { createPlan } from '../../plan/plan.ts';
import type { QualityWorker } from '../../quality/run-in-worker.ts';
import type { EmitRunEvent } from '../events.ts';
import { finishRun, keepWhatThereIs } from '../finish-run.ts';
import { readData } from '../prepare-data.ts';
import { serverGroups, startQualityWorker } from '../run-sweep.ts';
import type { FinishedRun } from '../sweep-context.ts';
import type { LiveSide } from './live-side.ts';
import { type LiveSides, liveSides } from './live-sides.ts';
import { measureGroup } from './measure-group.ts';

export interface LiveComparisonInput {
  readonly base: LoadedConfig;
  /** Absent: the base is compared with itself. */
  readonly candidate?: LoadedConfig;
  /** Folder that holds the runs. */
  readonly resultsDirectory: string;
  /** Takes `base/` and `candidate/` in place of two new folders of `resultsDirectory`. */
  readonly out?: string;
  /** Pairs of trials of each load cell; default: enough for verdicts. */
  readonly pairs?: number;
  /** How the two are compared in the end. */
  readonly compare?: Omit<CompareOptions, 'mode'>;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly emit: EmitRunEvent;
  /** Aborts when the user stops the comparison. */
  readonly signal: AbortSignal;
}

/** Two runs that took turns, and what they say about each other. */
export interface LiveComparison {
  readonly base: FinishedRun;
  readonly candidate: FinishedRun;
  readonly comparison: Comparison;
}

const ALPHA = 0.05;

/**
 * Measures two configs in turns, so that whatever the machine does besides hits both alike: both servers are up at
 * the same time, their quality is scored one after the other, and then their load trials alternate. Each side
 * becomes a run like any other, with its own folder, and stays one when the comparison is stopped.
 *
 * @throws UsageError, ServerError or InterruptedError; both run folders are complete up to then
 */
export async function compareLive(input: LiveComparisonInput): Promise<LiveComparison> {
  const { emit, clock } = input;
  const prepared = liveSides({ ...input, alpha: input.compare?.alpha ?? ALPHA });
  emit({ type: 'phase', phase: 'data', title: 'Reading the data' });
  for (const message of prepared.notes) emit({ type: 'note', message });
  for (const message of prepared.warnings) emit({ type: 'warning', message });
  const datasets = await readBoth(prepared, input);
  const worker = startQualityWorker();
  const engine = createLoadEngine({ firstNonce: Math.floor(clock.wallMs()) });
  const sides = createSides(input, prepared, datasets, worker);
  try {
    return await measureAndCompare(input, prepared, sides, engine);
  } catch (error) {
    for (const { context, run } of sides) if (run !== undefined) await keepWhatThereIs(context, run, error);
    tellWhatIsKept(sides, emit);
    throw error;
  } finally {
    for (const { run } of sides) {
      run?.journal.close();
      run?.folder.release();
    }
    await Promise.all([engine.close(), worker.close()]);
  }
}

async function measureAndCompare(
  input: LiveComparisonInput,
  { mode, pairs }: LiveSides,
  sides: readonly LiveSide[],
  engine: LoadEngine,
): Promise<LiveComparison> {
  for (const serverArgs of new Set(sides.flatMap(({ context }) => serverGroups(context.loaded)))) {
    await measureGroup(sides, { serverArgs, pairs, engine, emit: input.emit });
  }
  const finished: FinishedRun[] = [];
  for (const { context, run } of sides) finished.push(await finishRun(context, run!, 'complete'));
  const [base, candidate] = finished as [FinishedRun, FinishedRun];
  const comparison = compareRuns(base.record, candidate.record, { ...input.compare, mode });
  return { base, candidate, comparison };
}

async function readBoth(
  { configs }: LiveSides,
  { signal, emit }: LiveComparisonInput,
): Promise<Record<Side, Dataset>> {
  const base = await readData(configs.base, signal);
  const candidate = sharesData(configs) ? base : await readData(configs.candidate, signal);
  emit({ type: 'note', message: `${base.ids.length} rows of ${base.name}` });
  if (base.hash !== candidate.hash) {
    emit({
      type: 'warning',
      message: `the candidate has other data (${candidate.ids.length} rows of ${candidate.name}): its scores cannot be compared`,
    });
  }
  return { base, candidate };
}

/** Whether reading the data once gives what both sides need. */
function sharesData({ base, candidate }: LiveSides['configs']): boolean {
  const wanted = ({ baseDirectory, config }: LoadedConfig): unknown => [
    ...[baseDirectory, config.dataset, config.quality, config.seed],
    Object.keys(config.axes.instruction).length,
  ];
  return isDeepStrictEqual(wanted(base), wanted(candidate));
}

function createSides(
  input: LiveComparisonInput,
  { mode, configs }: LiveSides,
  datasets: Readonly<Record<Side, Dataset>>,
  worker: QualityWorker,
): LiveSide[] {
  const { clock, environment, signal, resultsDirectory, out } = input;
  const id = contentHash([clock.wallMs(), process.pid, configs.base.config, configs.candidate.config]);
  return SIDES.map((name): LiveSide => {
    const loaded = configs[name];
    return {
      name,
      alternation: { id: id.slice(0, 16), side: name, mode },
      context: {
        ...{ loaded, resultsDirectory, resume: false, clock, environment, signal, worker },
        ...(out === undefined ? {} : { out: join(out, name) }),
        dataset: datasets[name],
        plan: createPlan(loaded.config),
        emit: namedEvents(name, input.emit),
      },
    };
  });
}

/** The side's events, told as that side's. */
function namedEvents(name: Side, emit: EmitRunEvent): EmitRunEvent {
  return (event) => {
    switch (event.type) {
      case 'phase':
        return emit({ ...event, title: `${name}: ${event.title}` });
      case 'progress':
        return emit({ ...event, detail: `${name}: ${event.detail}` });
      case 'finding':
        return emit({ ...event, finding: { ...event.finding, title: `${name}: ${event.finding.title}` } });
      case 'note':
      case 'warning':
        return emit({ ...event, message: `${name}: ${event.message}` });
    }
  };
}

function tellWhatIsKept(sides: readonly LiveSide[], emit: EmitRunEvent): void {
  for (const { name, run } of sides) {
    if (run !== undefined)
      emit({ type: 'note', message: `${name}: what was measured is kept in ${run.folder.path}` });
  }
}
