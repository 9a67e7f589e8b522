import { Worker } from 'node:worker_threads';
import { moduleEntry } from '../threads/module-entry.ts';
import { nullPath, type ReplyShape } from './null-reply.ts';

/** A server that does nothing but answer: what a client reaches against it is the client's own limit. */
export interface NullServer {
  /** Base URL under which every request is answered with that shape. */
  baseUrl(shape: ReplyShape): string;
  close(): Promise<void>;
}

/** Starts the null server in a thread of its own, on a free port of the loopback. */
export async function startNullServer(): Promise<NullServer> {
  const worker = new Worker(moduleEntry(import.meta.url, './null-server-worker'));
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    baseUrl: (shape) => `http://127.0.0.1:${port}${nullPath(shape)}`,
    close: async () => {
      await worker.terminate();
    },
  };
}
