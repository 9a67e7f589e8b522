import { mkdirSync } from 'node:fs';
import type { Alternation } from '../core/record/run-record.ts';
import { readEnvironment } from '../store/environment.ts';
import { dataCardOf } from './data-card.ts';
import { type OpenRun, openRun, runIdentity } from './open-run.ts';
import { datasetEntry } from './prepare-data.ts';
import type { ServerSession } from './server-session.ts';
import { openServerSide, type ServerSide } from './server-side.ts';
import type { SweepContext } from './sweep-context.ts';

interface StartServerInput {
  readonly serverArgs: string | undefined;
  /** Folder that takes the log of a launched server. */
  readonly logDirectory: string;
  /** A server that answers already and is not this side's to stop. */
  readonly session?: ServerSession;
}

/**
 * Opens and probes one server of a sweep and tells what is off.
 *
 * @throws ServerError or UsageError as `openServerSide` does
 */
export async function startServer(context: SweepContext, input: StartServerInput): Promise<ServerSide> {
  const { loaded, clock, environment, emit, signal } = context;
  const { server } = loaded.config;
  const { serverArgs, logDirectory } = input;
  const what =
    server.baseUrl === 'embedded'
      ? `Starting the embedded server (${server.model})`
      : `Probing ${server.model}`;
  emit({ type: 'phase', phase: 'server', title: serverArgs === undefined ? what : `${what}, ${serverArgs}` });
  if (server.launch !== undefined) mkdirSync(logDirectory, { recursive: true });
  const side = await openServerSide({
    ...{ config: loaded.config, serverArgs, logDirectory, clock, environment, signal },
    ...(input.session === undefined ? {} : { session: input.session }),
    onCheck: (title) => emit({ type: 'progress', phase: 'probe', done: 0, total: 0, detail: title }),
  });
  for (const finding of side.block.findings) {
    if (finding.verdict === 'warning' || finding.verdict === 'problem') emit({ type: 'finding', finding });
  }
  return side;
}

/**
 * Starts the run's folder and journal, or goes on with an interrupted one, and writes down server and data.
 *
 * @param alternation set for a run that takes turns with another one
 * @throws UsageError when the folder cannot be used
 */
export async function startRun(
  context: SweepContext,
  side: ServerSide,
  alternation?: Alternation,
): Promise<OpenRun> {
  const { loaded, dataset, resultsDirectory, out, resume, clock, environment, emit } = context;
  const { config } = loaded;
  const run = openRun({
    config,
    identity: runIdentity(config, dataset.hash, side.block.fingerprint, alternation?.side),
    environment: await readEnvironment(loaded.baseDirectory, environment),
    resultsDirectory,
    ...(out === undefined ? {} : { out }),
    ...(alternation === undefined ? {} : { alternation }),
    resume,
    clock,
    emit,
  });
  try {
    run.journal.append({ type: 'server', server: side.block });
    if (run.earlier?.dataset === undefined) {
      run.journal.append(datasetEntry(dataset, await dataCardOf(context), config.report.texts));
    }
    return run;
  } catch (error) {
    // Nobody else knows of the run yet.
    run.journal.close();
    run.folder.release();
    throw error;
  }
}
