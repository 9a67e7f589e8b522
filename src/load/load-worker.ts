import { parentPort } from 'node:worker_threads';
import { createDecodeLane, type DecodeLane } from './decode-lane.ts';
import type { ThreadCommand, ThreadReport } from './load-protocol.ts';
import { ThreadTrial } from './thread-trial.ts';

/** Entry of a client thread: measures one trial after another, as the main thread commands. */
const port = parentPort!;
let lane: DecodeLane | undefined;
let trial: ThreadTrial | undefined;

port.on('message', (command: ThreadCommand) => {
  obey(command).catch((thrown: unknown) => {
    const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
    post({ type: 'failed', error: { name, message } });
  });
});

async function obey(command: ThreadCommand): Promise<void> {
  switch (command.type) {
    case 'prepare':
      lane ??= createDecodeLane();
      lane.reset();
      trial = new ThreadTrial(command.plan, lane, post);
      await trial.prepare();
      return;
    case 'go':
      trial?.go(command.originMs);
      return;
    case 'openWindow':
      trial?.openWindow();
      return;
    case 'closeWindow':
      trial?.closeWindow();
      return;
    case 'quiet':
      await trial?.quiet();
      return;
    case 'cancel':
      trial?.cancel();
  }
}

function post(report: ThreadReport): void {
  if (report.type !== 'result') {
    port.postMessage(report);
    return;
  }
  const { samples, latenessMs, textHashes } = report.result;
  const columns = Object.values(samples).filter((column) => typeof column !== 'number');
  const buffers = [...columns, latenessMs, textHashes].map((column) => column.buffer as ArrayBuffer);
  port.postMessage(report, buffers);
}
