import { isDeepStrictEqual } from 'node:util';
import { leastPairs, sensiblePairs } from '../../compare/pairs-needed.ts';
import type { Config } from '../../config/config.ts';
import type { LoadConfig } from '../../config/load-config.ts';
import type { LoadedConfig } from '../../config/read-config.ts';
import { cellId } from '../../core/cell.ts';
import { UsageError } from '../../core/errors.ts';
import type { Alternation } from '../../core/record/run-record.ts';
import { SIDES, type Side } from '../../core/side.ts';
import { createPlan, type Plan } from '../../plan/plan.ts';

/** What both sides of a live comparison are measured with. */
export interface LiveSides {
  readonly mode: Alternation['mode'];
  /** Pairs of trials of each load cell. */
  readonly pairs: number;
  readonly configs: Readonly<Record<Side, LoadedConfig>>;
  /** Things that the user should know before the measuring starts. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

interface LiveSidesInput {
  readonly base: LoadedConfig;
  /** Absent: the base is compared with itself. */
  readonly candidate?: LoadedConfig;
  /** Default: enough for verdicts, and at least `load.trials`. */
  readonly pairs?: number;
  readonly alpha: number;
}

/** Figures of a load cell that are compared when nobody names others. */
const FIGURES_PER_CELL = 3;
/** What the config's schema allows. */
const MOST_PAIRS = 100;
/** Settings that make one server look different from itself. */
const PROTOCOL = [
  'seconds',
  'warmupSeconds',
  'maxWarmupSeconds',
  'precision',
  'arrivals',
  'burstiness',
  'maxInFlight',
  'workers',
] as const satisfies readonly (keyof LoadConfig)[];

/**
 * The configs of both sides, made alike in everything that is not under test: the same number of trials, no search
 * (it would run outside of the blocks), and no vector cache, which would answer for a server that has changed.
 *
 * @throws UsageError when the two cannot be compared, before anything is started
 */
export function liveSides({ base, candidate = base, pairs, alpha }: LiveSidesInput): LiveSides {
  const mode = candidate === base ? 'self' : 'live';
  requireSameProtocol(base, candidate);
  if (mode === 'live') requireTwoAddresses(base, candidate);
  const plans = { base: createPlan(base.config), candidate: createPlan(candidate.config) };
  const common = commonCells(plans);
  const tests = common.load * FIGURES_PER_CELL + common.quality * tasksOf(base.config);
  const enough = Math.min(MOST_PAIRS, sensiblePairs(tests, alpha));
  const chosen = pairs ?? Math.max(enough, trialsOf(base.config), trialsOf(candidate.config));
  if (chosen < 1 || chosen > MOST_PAIRS || !Number.isInteger(chosen)) {
    throw new UsageError(`${chosen} pairs of trials cannot be measured`, {
      where: '--pairs',
      hint: `Give a whole number from 1 to ${MOST_PAIRS}; ${enough} are enough for verdicts here.`,
    });
  }
  return {
    mode,
    pairs: chosen,
    configs: { base: sideConfig(base, chosen), candidate: sideConfig(candidate, chosen) },
    notes: common.load === 0 ? [] : [extentNote(base.config, common.load, chosen)],
    warnings: common.load === 0 ? [] : pairWarnings(chosen, tests, alpha),
  };
}

function sideConfig(loaded: LoadedConfig, pairs: number): LoadedConfig {
  const { config } = loaded;
  if (config.load === false) return { ...loaded, config: { ...config, cache: false } };
  const { search: _search, ...load } = config.load;
  return { ...loaded, config: { ...config, cache: false, load: { ...load, trials: pairs } } };
}

function requireSameProtocol(base: LoadedConfig, candidate: LoadedConfig): void {
  const [before, after] = [base.config.load, candidate.config.load];
  if (before !== false && after !== false) {
    const key = PROTOCOL.find((name) => !isDeepStrictEqual(before[name], after[name]));
    if (key !== undefined) throw unlike(candidate, `load.${key}`, before[key], after[key]);
  }
  const [seed, otherSeed] = [base.config.seed, candidate.config.seed];
  if (seed !== otherSeed) throw unlike(candidate, 'seed', seed, otherSeed);
}

function unlike({ file }: LoadedConfig, setting: string, before: unknown, after: unknown): UsageError {
  const told = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
  return new UsageError(
    `the two sides are to be measured differently: ${setting} is ${told(before)} in the base and ${told(after)} in the candidate`,
    { where: file, hint: `A difference could come from that alone. Give both the same ${setting}.` },
  );
}

/** Two servers cannot be started on one port. */
function requireTwoAddresses(base: LoadedConfig, candidate: LoadedConfig): void {
  const [before, after] = [base.config.server, candidate.config.server];
  if (before.launch === undefined || after.launch === undefined) return;
  if (new URL(before.baseUrl).host !== new URL(after.baseUrl).host) return;
  throw new UsageError(`both servers would be started at ${new URL(after.baseUrl).host}`, {
    where: candidate.file,
    hint: 'Give the candidate another port, in server.launch.command and in server.baseUrl.',
  });
}

function commonCells(plans: Readonly<Record<Side, Plan>>): { load: number; quality: number } {
  const shared = (kind: 'load' | 'quality'): number => {
    const [base, candidate] = SIDES.map((side) => new Set(plans[side][kind].map((cell) => cellId(cell))));
    return [...base!].filter((id) => candidate!.has(id)).length;
  };
  const common = { load: shared('load'), quality: shared('quality') };
  if (common.load + common.quality > 0) return common;
  throw new UsageError('the two configs have no cell in common', {
    hint: 'Give both the same axes: only cells that both sides measure can be compared.',
  });
}

function tasksOf({ quality }: Config): number {
  return quality === false ? 0 : quality.tasks.length;
}

function trialsOf({ load }: Config): number {
  return load === false ? 1 : load.trials;
}

function extentNote({ load }: Config, cells: number, pairs: number): string {
  const { seconds, warmupSeconds } = load as LoadConfig;
  const minutes = (cells * pairs * 2 * (seconds + warmupSeconds)) / 60;
  const least = minutes < 1.5 ? `${Math.ceil(minutes * 60)} s` : `${Math.ceil(minutes)} min`;
  const where = cells === 1 ? 'the load cell' : `each of ${cells} load cells`;
  return `${pairs} pairs of trials of ${where}: at least ${least} of load (--pairs and load.seconds change that)`;
}

/** Says beforehand that no load figure can get a verdict, rather than after an hour. */
function pairWarnings(pairs: number, tests: number, alpha: number): string[] {
  const least = leastPairs(tests, alpha);
  if (pairs >= least) return [];
  return [
    `${pairs} pairs of trials cannot show a change in ${tests} figures at once, whatever they measure: there will be no verdicts on load below ${least} pairs`,
  ];
}
