import { cellId } from '../core/cell.ts';
import { toError } from '../core/errors.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { renderRunReport } from '../report/render-run-report.ts';
import { type JournalState, replayJournal } from '../store/journal-state.ts';
import { readJournal } from '../store/read-journal.ts';
import { writeRecord, writeReport } from '../store/record-file.ts';
import { mergeSamples } from '../store/sample-files.ts';
import { assembleRecord, verdictInput, withClaims } from './assemble-record.ts';
import { cellRow } from './load/cell-row.ts';
import { clientRssPeakBytes } from './measure-server.ts';
import type { OpenRun } from './open-run.ts';
import { loadReportAssets } from './report-assets.ts';
import type { FinishedRun, SweepContext } from './sweep-context.ts';

/**
 * Makes record and report of what the journal holds. A complete run's samples are merged into one file; an
 * interrupted one keeps its parts, because it may go on.
 */
export async function finishRun(
  context: SweepContext,
  run: OpenRun,
  status: Exclude<RunRecord['status'], 'failed'>,
): Promise<FinishedRun> {
  const { clock, emit, loaded, worker } = context;
  emit({ type: 'phase', phase: 'report', title: 'Writing record and report' });
  const state = replayJournal(readJournal(run.folder.journalFile));
  const assembled = assembleRecord({
    config: loaded.config,
    state,
    load: await loadRows(context, run, state),
    status,
    finishedAt: new Date(clock.wallMs()).toISOString(),
    runId: state.start.runId,
    clientRssPeakBytes: clientRssPeakBytes(),
  });
  const input = verdictInput(loaded.config, assembled);
  const verdicts = input === undefined ? [] : [...(await worker.verdicts(input))];
  const record = withClaims(loaded.config, { ...assembled, verdicts });
  if (status === 'complete') await mergeAllSamples(run, state);
  writeRecord(run.folder, record);
  writeReport(run.folder, renderRunReport(record, loadReportAssets()));
  if (status === 'complete') run.journal.append({ type: 'finished', status });
  return { record, folder: run.folder };
}

/**
 * Writes the interruption, and a record and report of what was measured. Does not throw: the error that stopped
 * the run is the one that counts.
 */
export async function keepWhatThereIs(context: SweepContext, run: OpenRun, error: unknown): Promise<void> {
  try {
    run.journal.append({ type: 'interrupted', reason: toError(error).message });
    await finishRun(context, run, 'interrupted');
  } catch (second) {
    const why = toError(second).message;
    context.emit({ type: 'warning', message: `no report could be written of what was measured: ${why}` });
  }
}

/** Rows of all cells that have a trial: those of the plan first, then those that a search added. */
async function loadRows(
  { loaded, plan, dataset }: SweepContext,
  run: OpenRun,
  state: JournalState,
): Promise<LoadRow[]> {
  const { config } = loaded;
  if (config.load === false || state.server === undefined) return [];
  const context = {
    config,
    load: config.load,
    server: state.server,
    texts: dataset.texts,
    folder: run.folder,
    configFile: loaded.file,
  };
  const rows = new Map<string, LoadRow>();
  for (const cell of plan.load) {
    const id = cellId(cell);
    const known = state.cells.get(id);
    if (known === undefined || known.trials.size === 0) continue;
    rows.set(id, known.row ?? (await cellRow(context, cell, [...known.trials.values()])));
  }
  for (const [id, { row }] of state.cells) if (row !== undefined && !rows.has(id)) rows.set(id, row);
  return [...rows.values()];
}

async function mergeAllSamples(run: OpenRun, state: JournalState): Promise<void> {
  const keys = [...state.cells].flatMap(([cell, { trials }]) =>
    [...trials.values()].flatMap(({ trial, samples }) =>
      samples === undefined ? [] : [{ cell, trial: trial.index }],
    ),
  );
  if (keys.length > 0) await mergeSamples(run.folder, keys);
}
