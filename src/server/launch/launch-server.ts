import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { redactArguments } from '../../config/redact-config.ts';
import type { LaunchConfig } from '../../config/server-config.ts';
import type { Clock } from '../../core/clock.ts';
import { ServerError, UsageError } from '../../core/errors.ts';
import { createScrubber } from '../sglang/redact.ts';
import { mendFromLog } from './explain-log.ts';
import { requireFreeAddress } from './free-address.ts';
import { postGuardian } from './guardian.ts';
import { openServerLog, type ServerLog } from './log-tail.ts';
import { type StopReport, stopProcessGroup } from './process-group.ts';
import { isReady } from './ready-route.ts';

export interface LaunchOptions {
  readonly config: LaunchConfig;
  /** Arguments behind those of the config: one set of `axes.serverArgs`. */
  readonly extraArgs?: readonly string[];
  /** URL up to and with `/v1`, where the server will answer. */
  readonly baseUrl: string;
  /** Takes everything the server prints, secrets blanked out. */
  readonly logFile: string;
  readonly clock: Clock;
  /** What the server inherits; the config's own variables come on top. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values that must not stand in the log: API keys and the like. */
  readonly secrets?: readonly string[];
  /** For a ready route that wants a key. */
  readonly apiKey?: string;
  readonly signal?: AbortSignal;
}

/** How the started process ended. */
interface ExitReport {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that dimsweep has started and answers for. */
export interface LaunchedServer {
  readonly pid: number;
  /** The command line as records may show it. */
  readonly command: readonly string[];
  readonly readyAfterMs: number;
  /** Resolves when the started process ends, whether asked to or not. */
  readonly exited: Promise<ExitReport>;
  logTail(): readonly string[];
  /** Stops the process and all its children; may be called again. */
  stop(): Promise<StopReport>;
}

const POLL_MS = 250;
/** Timers beyond this fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Lines of the log that an error quotes. */
const QUOTED_LINES = 12;

/**
 * Starts a server without a shell, in a process group of its own, and waits until its ready route answers.
 * It is stopped by {@link LaunchedServer.stop}, and by a guardian when dimsweep dies without that.
 *
 * @throws UsageError when the command cannot be started at all
 * @throws ServerError when the address is taken, or the server exits or is not ready in time; with its last lines
 */
export async function launchServer(options: LaunchOptions): Promise<LaunchedServer> {
  const { config, clock, signal } = options;
  signal?.throwIfAborted();
  await requireFreeAddress(options.baseUrl);
  const command = [...config.command, ...(options.extraArgs ?? [])];
  const scrub = createScrubber(options.secrets);
  const log = openServerLog(options.logFile, scrub);
  const startedMs = clock.nowMs();
  const child = await start(command, options, log);
  const pid = child.pid!;
  const guardian = postGuardian(pid, config.stopTimeoutSeconds);
  const exited = exitOf(child);

  let stopping: Promise<StopReport> | undefined;
  const stop = (): Promise<StopReport> => {
    stopping ??= stopProcessGroup(pid, config.stopTimeoutSeconds * 1000, clock).finally(() => {
      guardian.dismiss();
      log.close();
    });
    return stopping;
  };

  try {
    await waitUntilReady(options, exited, log, startedMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid,
    command: redactArguments(command).map(scrub),
    readyAfterMs: clock.nowMs() - startedMs,
    exited,
    logTail: () => log.tail(),
    stop,
  };
}

async function start(
  command: readonly string[],
  options: LaunchOptions,
  log: ServerLog,
): Promise<ChildProcess> {
  const { config, environment } = options;
  const [program, ...args] = command;
  const folder = config.workingDirectory;
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`there is no folder ${folder}`, { where: 'server.launch.workingDirectory' });
  }
  const child = spawn(program!, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...config.environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  for (const stream of [child.stdout, child.stderr]) {
    const sink = log.sink();
    stream.on('data', (chunk: Buffer) => sink.write(chunk));
    stream.on('end', () => sink.end());
  }
  try {
    await once(child, 'spawn');
  } catch (error) {
    log.close();
    throw new UsageError(`the launch command ${JSON.stringify(program)} cannot be started`, {
      where: 'server.launch.command',
      hint: 'Check the name and the PATH; the command runs without a shell, so every argument is an item of the list.',
      cause: error,
    });
  }
  return child;
}

/** Resolves with the end of the process, and with its output read to the end where that comes soon. */
async function exitOf(child: ChildProcess): Promise<ExitReport> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  // Grandchildren may hold the pipes open for longer; their output is not waited for.
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 200);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return { code, signal };
}

async function waitUntilReady(
  options: LaunchOptions,
  exited: Promise<ExitReport>,
  log: ServerLog,
  startedMs: number,
): Promise<void> {
  const { config, clock, signal } = options;
  const timeoutMs = Math.min(config.readyTimeoutSeconds * 1000, LONGEST_TIMER_MS);
  let exit: ExitReport | undefined;
  const ended = new AbortController();
  void exited.then((report) => {
    exit = report;
    ended.abort();
  });
  const deadline = AbortSignal.timeout(timeoutMs);
  const over = AbortSignal.any([ended.signal, deadline, ...(signal === undefined ? [] : [signal])]);
  for (;;) {
    const ready = !over.aborted && (await isReady(options, over));
    signal?.throwIfAborted();
    if (exit !== undefined) throw exitedEarly(exit, options, log, clock.nowMs() - startedMs);
    if (ready) return;
    if (deadline.aborted) throw neverReady(options, log);
    await clock.sleep(POLL_MS, over).catch(() => undefined);
  }
}

function exitedEarly(exit: ExitReport, options: LaunchOptions, log: ServerLog, afterMs: number): ServerError {
  const how = exit.signal === null ? `with code ${exit.code}` : `on ${exit.signal}`;
  return new ServerError(
    `the launched server exited ${how} after ${(afterMs / 1000).toFixed(1)} s, before it was ready`,
    { where: options.logFile, hint: hintFrom(log, 'Run the command by hand to see why.') },
  );
}

function neverReady(options: LaunchOptions, log: ServerLog): ServerError {
  const { readyRoute, readyTimeoutSeconds } = options.config;
  return new ServerError(
    `the launched server was not ready after ${readyTimeoutSeconds} s: ${readyRoute} did not answer 200`,
    {
      where: options.logFile,
      hint: hintFrom(
        log,
        'Check host and port of the command against server.baseUrl, or raise readyTimeoutSeconds.',
      ),
    },
  );
}

function hintFrom(log: ServerLog, otherwise: string): string {
  const tail = log.tail().slice(-QUOTED_LINES);
  const mend = mendFromLog(log.tail()) ?? otherwise;
  if (tail.length === 0) return `${mend} It printed nothing.`;
  return `${mend} Its last lines:\n${tail.map((line) => `    ${line}`).join('\n')}`;
}
