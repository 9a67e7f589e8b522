import { parentPort } from 'node:worker_threads';
import { pairedVerdicts } from '../compare/verdicts.ts';
import { datasetCard } from './dataset-card.ts';
import { ENGINES } from './engine-choice.ts';
import { evaluateQuality } from './evaluate.ts';
import { postedFailure, type QualityReply, type QualityRequest } from './worker-messages.ts';

/** Entry of the quality worker: one request at a time, answered in order. See `run-in-worker.ts`. */
const port = parentPort;
if (port === null) throw new Error('quality-worker.ts is the entry of a worker thread');

port.on('message', (request: QualityRequest) => {
  port.postMessage(answer(request, (reply) => port.postMessage(reply)));
});

function answer(request: QualityRequest, post: (reply: QualityReply) => void): QualityReply {
  try {
    if (request.kind === 'card') return { kind: 'card', card: datasetCard(request.input) };
    if (request.kind === 'verdicts') return { kind: 'verdicts', verdicts: pairedVerdicts(request.input) };
    const { job, threads } = request;
    const engine = ENGINES[job.engine]({ mlSteps: job.mlSteps, threads });
    const result = evaluateQuality(job, engine, (done, total) => post({ kind: 'progress', done, total }));
    return { kind: 'evaluated', result };
  } catch (thrown) {
    return { kind: 'failed', failure: postedFailure(thrown) };
  }
}
