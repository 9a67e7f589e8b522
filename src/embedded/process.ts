import { DimsweepError, toError } from '../core/errors.ts';
import { type EmbeddedServer, startServerHere } from './embedded-server.ts';
import type { ProcessReply, ProcessRequest } from './process-messages.ts';

/**
 * Entry of the embedded server's process. It ends with its parent, however that ends: the channel between them
 * closes then. Ctrl-C is the parent's to decide about, so that the server is still there while the parent writes
 * down what it knows.
 */
let server: EmbeddedServer | undefined;

function reply(message: ProcessReply): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}

async function start(options: Extract<ProcessRequest, { type: 'start' }>['options']): Promise<void> {
  try {
    server = await startServerHere(options);
    await reply({ type: 'listening', baseUrl: server.baseUrl });
  } catch (thrown) {
    const error = toError(thrown);
    const { where, hint, failureClass } = error instanceof DimsweepError ? error : {};
    await reply({
      type: 'failed',
      isUsage: failureClass === 'usage',
      message: error.message,
      ...(where === undefined ? {} : { where }),
      ...(hint === undefined ? {} : { hint }),
    });
    process.disconnect();
  }
}

async function stop(): Promise<void> {
  await server?.close();
  process.disconnect();
}

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ProcessRequest) => {
  void (message.type === 'start' ? start(message.options) : stop());
});
