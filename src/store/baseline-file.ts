import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { toError, UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { BASELINE_SCHEMA_VERSION, type Baseline, baselineSchema } from '../core/record/baseline.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { baselineOf } from './baseline-of-record.ts';
import { errorCode, fileError } from './file-error.ts';
import { readJsonFile } from './json-file.ts';
import { readRecord, recordFrom } from './record-file.ts';
import { recordOfBaseline } from './record-of-baseline.ts';
import { reviewableJson } from './reviewable-json.ts';
import { namedFile } from './run-folder.ts';
import { readVersioned, type VersionedFormat } from './schema-version.ts';

const BASELINE_FORMAT: VersionedFormat<Baseline> = {
  what: 'baseline',
  current: BASELINE_SCHEMA_VERSION,
  schema: baselineSchema,
  migrations: {},
  renew: 'bless a new run: dimsweep bless <run> --as <name>',
};

export interface BlessOptions {
  readonly name: string;
  readonly resultsDirectory: string;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Bless a run that was interrupted or failed. */
  readonly force?: boolean;
}

export interface BlessedBaseline {
  readonly path: string;
  readonly bytes: number;
  readonly baseline: Baseline;
  /** A baseline of this name stood there before. */
  readonly replaced: boolean;
  /** What a reviewer should know before committing it. */
  readonly doubts: readonly string[];
}

/**
 * Makes a run the baseline `<results>/baselines/<name>.json`.
 *
 * @throws UsageError when the name could leave the folder, the run is not complete (without `force`) or holds
 * nothing to compare with, or the disk refuses
 */
export function blessRun(record: RunRecord, options: BlessOptions): BlessedBaseline {
  const path = namedFile(baselinesDirectory(options.resultsDirectory), options.name, '.json');
  if (record.status !== 'complete' && options.force !== true) {
    throw new UsageError(`the run ${record.runId} is ${record.status}, not complete`, {
      hint: 'Finish it with dimsweep run --resume, or bless it as it is with --force.',
    });
  }
  if (record.quality.length === 0 && record.load.length === 0) {
    throw new UsageError(`the run ${record.runId} measured nothing that could be compared with`, {
      hint: 'Bless a run that has quality or load cells.',
    });
  }
  const blessedAt = new Date(options.clock.wallMs()).toISOString();
  const baseline = baselineSchema.parse(baselineOf(record, options.name, blessedAt));
  const content = reviewableJson(baseline, { sortKeys: true });
  const replaced = existsSync(path);
  writeFileAtomic(path, content, 'the baseline');
  return { path, bytes: Buffer.byteLength(content), baseline, replaced, doubts: doubtsOf(record) };
}

/**
 * Reads a baseline by its name, or from a file.
 *
 * @throws UsageError when there is none (naming the nearest), or it is cut short, foreign or of another version
 */
export function readBaseline(nameOrPath: string, resultsDirectory: string): Baseline {
  const path = isPath(nameOrPath)
    ? nameOrPath
    : namedFile(baselinesDirectory(resultsDirectory), nameOrPath, '.json');
  if (!existsSync(path)) throw missing(nameOrPath, path, resultsDirectory);
  return baselineFrom(readJsonFile(path, 'the baseline'), path);
}

/**
 * A run to compare with, in the shape of a record: a run folder, a record file, a baseline file, or a baseline's
 * name.
 *
 * @throws UsageError when there is no such thing or it cannot be read
 */
export function readComparable(reference: string, resultsDirectory: string): RunRecord {
  if (existsSync(reference)) {
    if (statSync(reference).isDirectory()) return readRecord(reference);
    const document = readJsonFile(reference, 'the record');
    const isBaseline = (document as { kind?: unknown } | null)?.kind === 'baseline';
    return isBaseline
      ? expand(baselineFrom(document, reference), reference)
      : recordFrom(document, reference);
  }
  return expand(readBaseline(reference, resultsDirectory), reference);
}

/** Names of the baselines of a results folder, sorted. */
export function listBaselines(resultsDirectory: string): string[] {
  const directory = baselinesDirectory(resultsDirectory);
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort();
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return [];
    throw fileError('list the baselines', directory, cause);
  }
}

function baselinesDirectory(resultsDirectory: string): string {
  return join(resultsDirectory, 'baselines');
}

function baselineFrom(document: unknown, path: string): Baseline {
  return readVersioned(document, path, BASELINE_FORMAT);
}

function expand(baseline: Baseline, path: string): RunRecord {
  try {
    return recordOfBaseline(baseline);
  } catch (cause) {
    throw new UsageError(`this baseline is damaged: ${toError(cause).message}`, {
      where: path,
      hint: `Restore it from version control, or ${BASELINE_FORMAT.renew}.`,
      cause,
    });
  }
}

function isPath(reference: string): boolean {
  return /[/\\]/.test(reference) || reference.endsWith('.json');
}

function missing(reference: string, path: string, resultsDirectory: string): UsageError {
  const known = listBaselines(resultsDirectory);
  const near = nearestName(reference, known);
  const mend =
    near === undefined
      ? `There is ${known.length === 0 ? 'none yet' : known.join(', ')}; make one: dimsweep bless <run> --as ${reference}`
      : `Did you mean ${near}?`;
  return new UsageError(`there is no baseline ${reference}`, { where: path, hint: mend });
}

function doubtsOf(record: RunRecord): string[] {
  const invalid = record.load.filter((row) => row.validity.verdict === 'invalid').length;
  const fewTrials = record.load.filter((row) => row.trials.length < 2).length;
  return [
    ...(record.status === 'complete' ? [] : [`The run is ${record.status}: cells are missing.`]),
    ...(invalid === 0
      ? []
      : [`${invalid} of ${record.load.length} load cells are invalid; gates will not use them.`]),
    ...(fewTrials === 0
      ? []
      : [`${fewTrials} load cells have a single trial: nothing can be tested against them.`]),
    ...(record.environment.dirty === true
      ? ['The working tree had changes: the commit does not say all of what was measured.']
      : []),
  ];
}
