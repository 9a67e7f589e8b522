/**
 * Decoding a `/v1/embeddings` body of floats to one Float32Array: the compiled scanner, fed in pieces as they come
 * off a socket, against `JSON.parse` followed by a copy. The values of both are the same bits.
 *
 *   npm run build && node --import tsx bench/decode.ts [--seconds 1.5]
 */
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import { nullReply, type ReplyShape } from '../src/load/null-reply.ts';
import { createBodyDecoders } from '../src/server/decode/body-decoder.ts';

const { values: options } = parseArgs({ options: { seconds: { type: 'string', default: '1.5' } } });
/** As a socket delivers: the receive buffer of the `wire` transport is larger than most of them. */
const PIECE_BYTES = 65_536;
const TARGET = 6;
const SHAPES: readonly ReplyShape[] = [
  { dimensions: 32, batchSize: 1, encoding: 'float' },
  { dimensions: 2560, batchSize: 16, encoding: 'float' },
  { dimensions: 2560, batchSize: 64, encoding: 'float' },
  { dimensions: 2560, batchSize: 64, encoding: 'base64' },
];
const decoders = createBodyDecoders();

function scan(body: Buffer, texts: number): Float32Array {
  const decoder = decoders.start(texts);
  decoder.begin(body.length);
  for (let at = 0; at < body.length; at += PIECE_BYTES) decoder.push(body.subarray(at, at + PIECE_BYTES));
  const result = decoder.finish();
  if (!result.ok) throw new Error(result.message);
  return result.reply.values;
}

function parseAndCopy(body: Buffer, dimensions: number): Float32Array {
  const { data } = JSON.parse(body.toString('utf8')) as { data: { embedding: number[] | string }[] };
  const values = new Float32Array(data.length * dimensions);
  for (const [i, { embedding }] of data.entries()) {
    const vector =
      typeof embedding === 'string'
        ? new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer)
        : embedding;
    values.set(vector, i * dimensions);
  }
  return values;
}

let reached = 0;
console.log('body                     MB   JSON.parse + copy ms   scanner ms   scanner is faster by');
for (const shape of SHAPES) {
  const { dimensions, batchSize, encoding } = shape;
  const body = Buffer.from(nullReply(shape));
  const [ours, theirs] = [scan(body, batchSize), parseAndCopy(body, dimensions)];
  if (Buffer.compare(Buffer.from(ours.buffer), Buffer.from(theirs.buffer)) !== 0)
    throw new Error('values differ');
  // Both in turns, so that what else the machine does meets both.
  const times: Record<'scanner' | 'parse', number[]> = { scanner: [], parse: [] };
  for (let round = 0; round < 5; round++) {
    const bench = new Bench({ time: (Number(options.seconds) * 1000) / 10, warmupTime: 50 });
    bench.add('scanner', () => void scan(body, batchSize));
    bench.add('parse', () => void parseAndCopy(body, dimensions));
    await bench.run();
    for (const task of bench.tasks) {
      if (task.result.state !== 'completed') throw new Error(`${task.name} did not complete`);
      times[task.name as 'scanner' | 'parse'].push(task.result.latency.p50);
    }
  }
  const [scannerMs, parseMs] = [Math.min(...times.scanner), Math.min(...times.parse)];
  const ratio = parseMs / scannerMs;
  if (encoding === 'float' && batchSize === 64) reached = ratio;
  console.log(
    `${`${encoding} ${dimensions}x${batchSize}`.padEnd(20)}${(body.length / 1e6).toFixed(3).padStart(7)}` +
      `${parseMs.toFixed(4).padStart(23)}${scannerMs.toFixed(4).padStart(13)}${`${ratio.toFixed(1)} ×`.padStart(23)}`,
  );
}
console.log(
  `${reached >= TARGET ? 'PASS' : 'FAIL'}: ${reached.toFixed(1)} × at float 2560x64, to be at least ${TARGET} ×`,
);
process.exitCode = reached >= TARGET ? 0 : 1;
