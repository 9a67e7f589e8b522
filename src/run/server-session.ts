import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { UsageError } from '../core/errors.ts';
import type { ServerBlock } from '../core/record/server-block.ts';
import { exitText, startEmbeddedServer } from '../embedded/start.ts';
import { launchServer } from '../server/launch/launch-server.ts';

/** A server that answers, wherever it came from. */
export interface ServerSession {
  /** URL up to and with `/v1`. */
  readonly baseUrl: string;
  readonly kind: ServerBlock['kind'];
  /** Root of the server's process tree, when it is known to run on this machine. */
  readonly pid?: number;
  /** Aborts when a server that dimsweep started ends without being asked to; the reason says how. */
  readonly died: AbortSignal;
  /** Stops a server that dimsweep started; leaves any other alone. May be called again. */
  stop(): Promise<void>;
}

interface OpenServerOptions {
  readonly config: Config;
  /** One key of `axes.serverArgs`. */
  readonly serverArgs: string | undefined;
  /** Folder that takes the log of a launched server. */
  readonly logDirectory: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Makes the config's server answer: starts the embedded one, launches the user's command and waits until it is
 * ready, or takes the one that runs already.
 *
 * @throws ServerError when it does not start; UsageError when server flags are swept on a server that dimsweep
 *   does not start
 */
export async function openServer(options: OpenServerOptions): Promise<ServerSession> {
  const { server } = options.config;
  if (server.baseUrl === 'embedded') return openEmbedded(options);
  if (server.launch !== undefined) return launch(options, server.baseUrl, server.launch);
  if (options.serverArgs !== undefined) {
    throw new UsageError('axes.serverArgs needs a server that dimsweep starts itself', {
      where: 'axes.serverArgs',
      hint: 'Give server.launch.command, or leave the axis out.',
    });
  }
  return {
    baseUrl: server.baseUrl,
    kind: 'remote',
    ...(server.pid === undefined ? {} : { pid: server.pid }),
    died: new AbortController().signal,
    stop: () => Promise.resolve(),
  };
}

async function openEmbedded({ config, serverArgs }: OpenServerOptions): Promise<ServerSession> {
  if (serverArgs !== undefined) {
    throw new UsageError('axes.serverArgs cannot be swept on the embedded server', {
      where: 'axes.serverArgs',
      hint: 'Give server.baseUrl and server.launch.command of a real server, or leave the axis out.',
    });
  }
  const { server } = config;
  const started = await startEmbeddedServer({
    model: server.model,
    ...(server.embedded?.threads === undefined ? {} : { threads: server.embedded.threads }),
    faults: server.embedded?.faults ?? [],
    ...(server.apiKey === undefined ? {} : { apiKey: server.apiKey }),
    ...(server.adminApiKey === undefined ? {} : { adminApiKey: server.adminApiKey }),
  });
  const watch = watchForDeath(started.exited.then((exit) => `the embedded server ended (${exitText(exit)})`));
  return {
    baseUrl: started.baseUrl,
    kind: 'embedded',
    pid: started.pid,
    died: watch.died,
    async stop() {
      watch.dismiss();
      await started.stop();
    },
  };
}

async function launch(
  options: OpenServerOptions,
  baseUrl: string,
  launchConfig: NonNullable<Config['server']['launch']>,
): Promise<ServerSession> {
  const { config, serverArgs, clock, environment, signal } = options;
  const { apiKey, adminApiKey, headers } = config.server;
  const launched = await launchServer({
    config: launchConfig,
    extraArgs: serverArgs === undefined ? [] : (config.axes.serverArgs?.[serverArgs] ?? []),
    baseUrl,
    logFile: join(
      options.logDirectory,
      serverArgs === undefined ? 'server.log' : `server-${fileStem(serverArgs)}.log`,
    ),
    clock,
    environment,
    secrets: [apiKey, adminApiKey, ...Object.values(headers)].filter((secret) => secret !== undefined),
    ...(apiKey === undefined ? {} : { apiKey }),
    signal,
  });
  const watch = watchForDeath(
    launched.exited.then(({ code, signal: killedBy }) =>
      [
        `the launched server ended (${killedBy ?? `exit code ${code}`})`,
        ...launched.logTail().slice(-8),
      ].join('\n  '),
    ),
  );
  return {
    baseUrl,
    kind: 'launched',
    pid: launched.pid,
    died: watch.died,
    async stop() {
      watch.dismiss();
      await launched.stop();
    },
  };
}

/** Turns the end of a process into an abort, until `dismiss` says that the end is wanted. */
function watchForDeath(ended: Promise<string>): { readonly died: AbortSignal; dismiss(): void } {
  const controller = new AbortController();
  let wanted = false;
  void ended.then((reason) => {
    if (!wanted) controller.abort(new Error(reason));
  });
  return {
    died: controller.signal,
    dismiss: () => {
      wanted = true;
    },
  };
}

function fileStem(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').slice(0, 60);
}
