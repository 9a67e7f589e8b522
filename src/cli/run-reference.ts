import { UsageError } from '../core/errors.ts';
import { findRuns } from '../store/find-runs.ts';

/** The word that stands for the newest run with a record. */
const LATEST = 'latest';

/**
 * The run that a command line means: a path as it is, or with `latest` the newest run of the results folder.
 *
 * @throws UsageError when there is no run yet
 */
export function runReference(given: string, resultsDirectory: string): string {
  if (given !== LATEST) return given;
  const newest = findRuns(resultsDirectory).runs.find((run) => run.hasRecord);
  if (newest === undefined) {
    throw new UsageError('there is no run yet', {
      where: resultsDirectory,
      hint: 'Measure one with dimsweep run, or name another folder with --results.',
    });
  }
  return newest.folder.path;
}
