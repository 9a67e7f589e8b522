import { once } from 'node:events';
import { startServerHere } from '../../embedded/embedded-server.ts';
import type { CommandContext } from '../command-context.ts';
import type { ServeArguments } from '../program.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Runs the embedded server until the user stops it. Its URL is the one line on stdout. */
export async function serve(args: ServeArguments, { terminal, signal }: CommandContext): Promise<void> {
  const { model, host, port, threads, apiKey, adminApiKey } = args;
  const faults = args.serviceMs === undefined ? args.fault : [...args.fault, `service:ms=${args.serviceMs}`];
  const server = await startServerHere({
    ...{ model, host, port, faults },
    ...(threads === undefined ? {} : { threads }),
    keys: { apiKey, adminApiKey },
  });
  try {
    terminal.out(`${server.baseUrl}\n`);
    terminal.err(`${model} answers; stop it with Ctrl-C\n`);
    for (const fault of faults) terminal.err(`  it misbehaves on purpose: ${fault}\n`);
    if (!LOOPBACK.has(host)) {
      terminal.err(
        `  ! ${host} can be reached from other machines${apiKey === undefined ? ', and no --api-key is asked for' : ''}\n`,
      );
    }
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
}
