import { parentPort, workerData } from 'node:worker_threads';
import { modelEntry } from '../models/model-table.ts';
import type { WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages.ts';

/** A computing thread: one batch in, its vectors into shared memory, a word when they are there. */
const { modelId, weights, thread, results } = workerData as WorkerSetup;
const encoder = modelEntry(modelId).createEncoder(weights, thread);
const rows = new Float32Array(results);

const sayReady = (): void => {
  const reply: WorkerReply = 'ready';
  parentPort?.postMessage(reply);
};

parentPort?.on('message', (texts: WorkerRequest) => {
  encoder.encode(texts, rows);
  sayReady();
});
sayReady();
