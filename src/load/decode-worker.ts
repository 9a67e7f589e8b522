import { parentPort, workerData } from 'node:worker_threads';
import { checkVectors } from '../server/decode/check-vectors.ts';
import type { DecodeResult } from '../server/decode/decoded-reply.ts';
import { parseReply } from '../server/decode/json-reply.ts';
import { ReplyScanner, type ScanRegion } from '../server/decode/reply-scanner.ts';
import type { DecodeFailureNote } from './decode-lane.ts';
import { CONTROL, type DecodeShares, FIELD, FIELDS, FIGURE, FIGURES } from './decode-slots.ts';
import { OUTCOME_CODES } from './sample-recorder.ts';
import { threadClock } from './thread-clock.ts';

/** Entry of the decoding thread: decodes and checks bodies off the thread that stamps arrivals. */
const shares = workerData as DecodeShares;
const { control, ring, slots, figures } = shares;
const scanner = new ReplyScanner(shares.memory);

/** Between two looks at the ring; short against any window, long against decoding small bodies one by one. */
const NAP_MS = 1;
/** Looks in vain after which the thread sleeps until it is woken. */
const PATIENCE = 50;
/** Failures of a trial that are put into words; the others are only counted. */
const NOTES = 20;

let notes = 0;
let notesOfTrial = 0;
let decoded = 0;

for (let idle = 0; Atomics.load(control, CONTROL.stop) === 0; ) {
  if (decoded !== Atomics.load(control, CONTROL.handedOver)) {
    decodeSlot(ring[decoded % ring.length]!);
    decoded++;
    Atomics.store(control, CONTROL.decoded, decoded);
    idle = 0;
  } else if (idle++ < PATIENCE) Atomics.wait(control, CONTROL.handedOver, decoded, NAP_MS);
  else sleep();
}

function sleep(): void {
  Atomics.store(control, CONTROL.asleep, 1);
  Atomics.wait(control, CONTROL.handedOver, decoded);
  Atomics.store(control, CONTROL.asleep, 0);
}

function decodeSlot(slot: number): void {
  const startMs = threadClock.nowMs();
  const field = slots.subarray(slot * FIELDS, (slot + 1) * FIELDS);
  const figure = figures.subarray(slot * FIGURES, (slot + 1) * FIGURES);
  const bytes = field[FIELD.bodyBytes]!;
  const region = regionOf(field);
  const result = decode(region, bytes);
  const failure = judge(result, field, figure);
  if (failure !== undefined) {
    field[FIELD.outcome] = OUTCOME_CODES[failure.kind];
    tell(failure);
  }
  figure[FIGURE.decodeMs] = threadClock.nowMs() - startMs;
}

function tell(failure: DecodeFailureNote): void {
  const trial = Atomics.load(control, CONTROL.trial);
  if (trial !== notesOfTrial) notes = 0;
  notesOfTrial = trial;
  if (notes++ < NOTES) parentPort?.postMessage(failure);
}

function decode(region: ScanRegion, bytes: number): DecodeResult {
  scanner.begin(region);
  if (scanner.feed(region, bytes, true) === 'done') return { ok: true, reply: scanner.reply(region) };
  return parseReply(scanner.body(region, bytes).toString('utf8'));
}

/** Fills the slot in when the vectors are what was asked for, and says why when they are not. */
function judge(result: DecodeResult, field: Int32Array, figure: Float64Array): DecodeFailureNote | undefined {
  if (!result.ok) return { kind: result.kind, message: result.message };
  const checked = checkVectors(result.reply, field[FIELD.texts]!);
  if ('ok' in checked) return { kind: 'badVector', message: checked.message };
  const dimensions = field[FIELD.dimensions]!;
  if (checked.dimensions !== dimensions) {
    return {
      kind: 'badVector',
      message: `vectors of ${checked.dimensions} dimensions came back, ${dimensions} were asked for`,
    };
  }
  // Rows stay in the order of the texts for whoever reads them in place.
  if (checked.values !== result.reply.values && result.reply.values.buffer === shares.memory.buffer) {
    result.reply.values.set(checked.values);
  }
  field[FIELD.outcome] = OUTCOME_CODES.ok;
  field[FIELD.tokens] = result.reply.promptTokens ?? 0;
  field[FIELD.encoding] = result.reply.encoding === 'base64' ? 1 : 0;
  figure[FIGURE.normMin] = checked.normMin;
  figure[FIGURE.normMax] = checked.normMax;
  return undefined;
}

function regionOf(field: Int32Array): ScanRegion {
  return {
    state: field[FIELD.state]!,
    table: field[FIELD.table]!,
    rows: field[FIELD.rows]!,
    out: field[FIELD.out]!,
    outFloats: field[FIELD.outFloats]!,
    body: field[FIELD.body]!,
    bodyBytes: field[FIELD.capacity]!,
    end: field[FIELD.end]!,
  };
}
