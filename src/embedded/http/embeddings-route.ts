import type { FaultHooks, FaultRequest, ReplyEntry, Transmission, Usage } from '../faults/fault.ts';
import type { TokenisedText } from '../models/embedded-model.ts';
import { normaliseStretch } from '../models/unit-norm.ts';
import type { EmbeddingService } from '../service/embedding-service.ts';
import { replyDimensions } from './dimension-rules.ts';
import { type BodyFrame, embeddingBody } from './embedding-body.ts';
import { type EmbeddingRequest, readEmbeddingRequest } from './embedding-request.ts';
import { replyEncoding } from './encoding-rules.ts';
import type { Answer, Exchange } from './exchange.ts';
import { readJsonObject, requireJson } from './json-body.ts';
import type { NullBodies } from './null-bodies.ts';
import { flatError, Refused } from './refused.ts';
import { tokeniseInput } from './tokenise-input.ts';

/** A request that has passed every check. */
interface EmbeddingCall extends FaultRequest {
  readonly inputs: readonly TokenisedText[];
}

/** `POST /v1/embeddings`. */
export async function answerEmbeddings(
  exchange: Exchange,
  nullBodies: NullBodies | undefined,
): Promise<Answer> {
  const { service, signal } = exchange;
  requireJson(exchange.request);
  const call = checkRequest(exchange, readEmbeddingRequest(await readJsonObject(exchange.request)));
  const hooks = service.faults.hooksFor(call);
  service.inFlight.enter();
  try {
    for (const { admit } of hooks) {
      const refusal = await admit?.(call, signal);
      if (refusal !== undefined) return flatError(refusal.status, refusal.type, refusal.message);
    }
    if (signal.aborted) return 'sent';
    refuseOverload(service, call.inputs.length);
    const { body, readyMs } = await compute(exchange, call, hooks, nullBodies);
    const releaseMs = hooks.reduce((at, { releaseAt }) => releaseAt?.(call, at) ?? at, readyMs);
    await service.timer.waitUntil(releaseMs, signal);
    const transmission = firstTransmission(hooks, call);
    return {
      status: 200,
      contentType: 'application/json',
      body,
      ...(transmission === undefined ? {} : { transmission }),
    };
  } finally {
    service.inFlight.leave();
  }
}

/** SGLang's checks in SGLang's order: encoding (schema), conversion, length, mode, dimensions. */
function checkRequest(exchange: Exchange, request: EmbeddingRequest): EmbeddingCall {
  const { service, arrivedMs } = exchange;
  const { contract } = service;
  const encoding = replyEncoding(contract, request.encodingFormat);
  checkConversion(service, request);
  const inputs = tokeniseInput(service, request.input);
  const dimensions = replyDimensions(service, request.dimensions);
  return {
    inputs,
    texts: inputs.map(({ text }) => text),
    dimensions,
    encoding,
    arrivedMs,
    inFlight: service.inFlight.count,
  };
}

/** Old versions meant one `rid` per input and failed on one for all. */
function checkConversion({ contract }: EmbeddingService, { input, hasScalarRid }: EmbeddingRequest): void {
  const inputs = input.kind === 'texts' ? input.texts.length : input.tokens.length;
  if (!contract.scalarRidFails || !hasScalarRid || inputs < 2) return;
  const message = 'The rid should be a list for batch processing.';
  throw new Refused(
    message,
    contract.conversionErrorStatus === 500
      ? flatError(500, 'InternalServerError', `Internal server error: ${message}`)
      : flatError(400, 'BadRequest', message),
  );
}

/** As `--max-queued-requests`, which counts texts. */
function refuseOverload({ contract, engine }: EmbeddingService, texts: number): void {
  if (engine.load().waiting + texts <= contract.maxQueuedTexts) return;
  const message = 'The request queue is full.';
  throw new Refused(
    message,
    contract.overloadStatus === 503
      ? flatError(503, '503', message)
      : flatError(500, 'InternalServerError', `Internal server error: ${message}`),
  );
}

/** The answer's body, and when it could leave. */
async function compute(
  { service, signal }: Exchange,
  call: EmbeddingCall,
  hooks: readonly FaultHooks[],
  nullBodies: NullBodies | undefined,
): Promise<{ readonly body: readonly Buffer[]; readonly readyMs: number }> {
  const touchesVectors = hooks.some((hook) => hook.alterRows ?? hook.alterEntries);
  const { rows, promptTokens, readyMs } = await service.embed(call.inputs, signal);
  const frame: BodyFrame = {
    model: service.entry.id,
    usage: replyUsage(promptTokens, hooks, call),
    reasoningTokens: service.contract.usageReasoningTokens,
  };
  if (nullBodies !== undefined && !touchesVectors) {
    return { body: nullBodies.body(call.texts, call.dimensions, call.encoding, frame), readyMs };
  }
  const { nativeDimensions } = service.entry;
  for (const { alterRows } of hooks) alterRows?.(rows, nativeDimensions, call);
  const entries = hooks.reduce<readonly ReplyEntry[]>(
    (current, { alterEntries }) => alterEntries?.(current, call) ?? current,
    shorten(rows, nativeDimensions, call.dimensions, service.contract.renormalise),
  );
  const body = await embeddingBody(entries, call.encoding, frame);
  return { body, readyMs: Math.max(readyMs, performance.now()) };
}

/** One entry per row: cut to the asked width, then brought back to norm 1. */
function shorten(rows: Float32Array, native: number, dimensions: number, renormalise: boolean): ReplyEntry[] {
  return Array.from({ length: rows.length / native }, (_, index) => {
    const vector = rows.subarray(index * native, index * native + dimensions);
    if (renormalise && dimensions < native) normaliseStretch(vector, 0, dimensions);
    return { index, vector };
  });
}

function replyUsage(
  promptTokens: number,
  hooks: readonly FaultHooks[],
  call: EmbeddingCall,
): Usage | undefined {
  let usage: Usage | undefined = { promptTokens, totalTokens: promptTokens };
  for (const { alterUsage } of hooks) {
    if (alterUsage !== undefined && usage !== undefined) usage = alterUsage(usage, call);
  }
  return usage;
}

function firstTransmission(hooks: readonly FaultHooks[], call: EmbeddingCall): Transmission | undefined {
  for (const { transmit } of hooks) {
    const transmission = transmit?.(call);
    if (transmission !== undefined) return transmission;
  }
  return undefined;
}
