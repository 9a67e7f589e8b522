import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ServerError, UsageError } from '../core/errors.ts';
import { moduleEntry } from '../threads/module-entry.ts';
import type { ProcessReply, ProcessRequest } from './process-messages.ts';

export interface StartOptions {
  readonly model: string;
  readonly threads?: number;
  readonly faults: readonly string[];
  readonly apiKey?: string;
  readonly adminApiKey?: string;
}

/** How the server's process ended. */
export interface ExitReport {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The embedded server in a process of its own. */
export interface StartedServer {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly pid: number;
  /** Resolves when the process ends, whether asked to or not. */
  readonly exited: Promise<ExitReport>;
  /** Ends the process; may be called again. */
  stop(): Promise<void>;
}

/** A server that does not close in this time is killed. */
const STOP_TIMEOUT_MS = 5000;

/**
 * Starts the embedded server on a free port of the loopback, in a process of its own: nothing that it computes
 * can hold up the clock of whoever measures it.
 *
 * @throws UsageError when model or faults are not known, ServerError when it does not start
 */
export async function startEmbeddedServer(options: StartOptions): Promise<StartedServer> {
  const child = fork(fileURLToPath(moduleEntry(import.meta.url, './process')), [], {
    // A debugger or loader of this process must not follow into the server.
    execArgv: [],
    // A group of its own: Ctrl-C must not end it while whoever started it still writes down what it knows.
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = exitOf(child);
  send(child, { type: 'start', options: serverOptions(options) });
  const reply = await Promise.race([firstReply(child), exited]);
  if (!('type' in reply)) {
    throw new ServerError(`the embedded server ended before it was ready (${exitText(reply)})`);
  }
  if (reply.type === 'failed') throw failureOf(reply);
  return {
    baseUrl: reply.baseUrl,
    pid: child.pid!,
    exited,
    stop: () => stop(child, exited),
  };
}

/** `exit code 1` or the signal's name. */
export function exitText({ code, signal }: ExitReport): string {
  return signal ?? `exit code ${code}`;
}

function serverOptions({ model, threads, faults, apiKey, adminApiKey }: StartOptions) {
  return {
    model,
    ...(threads === undefined ? {} : { threads }),
    faults,
    host: '127.0.0.1',
    port: 0,
    keys: { apiKey, adminApiKey },
  };
}

function send(child: ChildProcess, request: ProcessRequest): void {
  // A child that ends in between is reported by its exit.
  child.send(request, () => undefined);
}

function firstReply(child: ChildProcess): Promise<ProcessReply> {
  return new Promise((resolve) => child.once('message', (message) => resolve(message as ProcessReply)));
}

function exitOf(child: ChildProcess): Promise<ExitReport> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

function failureOf({ isUsage, message, where, hint }: Extract<ProcessReply, { type: 'failed' }>): Error {
  const details = { ...(where === undefined ? {} : { where }), ...(hint === undefined ? {} : { hint }) };
  return isUsage ? new UsageError(message, details) : new ServerError(message, details);
}

async function stop(child: ChildProcess, exited: Promise<ExitReport>): Promise<void> {
  if (child.connected) send(child, { type: 'stop' });
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  try {
    await exited;
  } finally {
    clearTimeout(killer);
  }
}
