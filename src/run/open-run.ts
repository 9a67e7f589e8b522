import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { redactConfig } from '../config/redact-config.ts';
import type { Clock } from '../core/clock.ts';
import { contentHash } from '../core/content-hash.ts';
import { UsageError } from '../core/errors.ts';
import type { Alternation, Environment } from '../core/record/run-record.ts';
import type { Side } from '../core/side.ts';
import { findResumable } from '../store/find-runs.ts';
import { createJournal, type Journal, reopenJournal } from '../store/journal.ts';
import { type JournalState, replayJournal } from '../store/journal-state.ts';
import { createRunFolder, type OwnedRunFolder, openRunFolder, runFolderAt } from '../store/run-folder.ts';
import type { EmitRunEvent } from './events.ts';

/** What a run is, in one hash: the same run key means that what was measured can be gone on with. */
export interface RunIdentity {
  readonly configHash: string;
  readonly runKey: string;
}

/** A run folder of this process with its open journal, and what an earlier process had put there. */
export interface OpenRun {
  readonly folder: OwnedRunFolder;
  readonly journal: Journal;
  /** What was measured before an interruption; absent for a new run. */
  readonly earlier?: JournalState;
}

interface OpenRunInput {
  readonly config: Config;
  readonly identity: RunIdentity;
  readonly environment: Environment;
  readonly resultsDirectory: string;
  /** The run's own folder, when the user named one. */
  readonly out?: string;
  /** Set for a run that takes turns with another one. */
  readonly alternation?: Alternation;
  readonly resume: boolean;
  readonly clock: Clock;
  readonly emit: EmitRunEvent;
}

/**
 * Hashes of a run: one changed byte of config, data or server makes another run.
 *
 * @param side of a run that takes turns with another: neither can be gone on with as a run of its own
 */
export function runIdentity(
  config: Config,
  datasetHash: string,
  fingerprint: string,
  side?: Side,
): RunIdentity {
  const configHash = contentHash(redactConfig(config));
  const parts = { configHash, datasetHash, fingerprint, ...(side === undefined ? {} : { side }) };
  return { configHash, runKey: contentHash(parts) };
}

/**
 * Starts a new run, or goes on with the last interrupted one of the same identity when that is asked for.
 *
 * @throws UsageError when the folder cannot be used or another process writes into it
 */
export function openRun(input: OpenRunInput): OpenRun {
  const path = input.resume ? resumablePath(input) : undefined;
  return path === undefined ? startRun(input) : resumeRun(input, path);
}

function resumablePath({ config, identity, resultsDirectory, out, emit }: OpenRunInput): string | undefined {
  if (out !== undefined) return existsSync(runFolderAt(out).journalFile) ? out : undefined;
  const found = findResumable(resultsDirectory, config.name, identity.runKey);
  if (found.kind === 'running') {
    throw new UsageError(`a run of ${config.name} is still going on`, { where: found.run.folder.path });
  }
  if (found.kind === 'none') {
    emit({ type: 'note', message: `no interrupted run of ${config.name}: this is a new one` });
    return undefined;
  }
  if (found.run.runKey === identity.runKey) return found.run.folder.path;
  emit({
    type: 'warning',
    message: `config, data or server changed since the run of ${found.run.startedAt}: this is a new one, and nothing of that one is used`,
  });
  return undefined;
}

function startRun(input: OpenRunInput): OpenRun {
  const { config, identity, environment, resultsDirectory, out, alternation, clock } = input;
  const startedAtMs = clock.wallMs();
  const folder = createRunFolder({
    resultsDirectory,
    name: config.name,
    hash: identity.runKey,
    startedAtMs,
    ...(out === undefined ? {} : { out }),
  });
  const journal = createJournal(folder.journalFile, clock);
  journal.append({
    type: 'start',
    runId: folder.runId,
    name: config.name,
    startedAt: new Date(startedAtMs).toISOString(),
    ...identity,
    ...(alternation === undefined ? {} : { alternation }),
    config: redactConfig(config),
    environment,
  });
  return { folder, journal };
}

function resumeRun({ identity, environment, clock, emit }: OpenRunInput, path: string): OpenRun {
  const folder = openRunFolder(path);
  try {
    const { journal, content } = reopenJournal(folder.journalFile, clock);
    const earlier = replayJournal(content);
    if (earlier.start.runKey !== identity.runKey) {
      throw new UsageError('config, data or server changed since this run was interrupted', {
        where: path,
        hint: 'Start a new run in another folder.',
      });
    }
    if (earlier.status === 'complete') throw new UsageError('this run is complete', { where: path });
    journal.append({ type: 'resume', environment });
    emit({ type: 'note', message: `going on with the run of ${earlier.start.startedAt}` });
    return { folder, journal, earlier };
  } catch (error) {
    folder.release();
    throw error;
  }
}
