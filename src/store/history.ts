import { join } from 'node:path';
import { toError } from '../core/errors.ts';
import type { Environment, RunRecord } from '../core/record/run-record.ts';
import { listBaselines, readComparable } from './baseline-file.ts';
import { findRuns } from './find-runs.ts';
import { type HistoryPoint, historyPoints } from './history-points.ts';
import { readRecord } from './record-file.ts';

/** One run as a history shows it: what it was, where it was measured, and its figures. */
export interface HistoryRow {
  readonly runId: string;
  readonly name: string;
  /** Run folder, or the baseline's file when the folder is gone. */
  readonly path: string;
  /** Names under which the run was blessed. */
  readonly baselines: readonly string[];
  readonly startedAt: string;
  readonly status: RunRecord['status'];
  readonly environment: Environment;
  readonly configHash: string;
  readonly datasetHash: string;
  readonly serverFingerprint: string;
  readonly model: string;
  readonly points: readonly HistoryPoint[];
}

export interface History {
  /** Oldest first. */
  readonly rows: readonly HistoryRow[];
  /** What could not be read is left out, and said. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads the runs and baselines of a results folder, one record in memory at a time and no samples. A baseline
 * whose run is there becomes a name of that run; one that has outlived its run is a row of its own. Runs without a
 * record (interrupted and not resumed) have no figures and are left out.
 *
 * @throws UsageError when the folder cannot be listed
 */
export function readHistory(resultsDirectory: string): History {
  const found = findRuns(resultsDirectory);
  const unreadable = [...found.unreadable];
  const rows = new Map<string, HistoryRow>();
  const read = (path: string, baseline: string | undefined, load: () => RunRecord): void => {
    try {
      const record = load();
      const known = rows.get(record.runId);
      const baselines = [...(known?.baselines ?? []), ...(baseline === undefined ? [] : [baseline])];
      rows.set(record.runId, known === undefined ? rowOf(record, path, baselines) : { ...known, baselines });
    } catch (cause) {
      unreadable.push({ path, reason: toError(cause).message });
    }
  };
  for (const { folder, hasRecord } of found.runs) {
    if (hasRecord) read(folder.path, undefined, () => readRecord(folder.recordFile));
  }
  for (const name of listBaselines(resultsDirectory)) {
    const path = join(resultsDirectory, 'baselines', `${name}.json`);
    read(path, name, () => readComparable(path, resultsDirectory));
  }
  const sorted = [...rows.values()].sort((a, b) =>
    a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0,
  );
  return { rows: sorted, unreadable };
}

function rowOf(record: RunRecord, path: string, baselines: readonly string[]): HistoryRow {
  return {
    runId: record.runId,
    name: record.name,
    path,
    baselines,
    startedAt: record.startedAt,
    status: record.status,
    environment: record.environment,
    configHash: record.configHash,
    datasetHash: record.dataset.hash,
    serverFingerprint: record.server.fingerprint,
    model: record.server.model,
    points: historyPoints(record),
  };
}
