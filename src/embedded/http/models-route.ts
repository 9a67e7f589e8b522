import type { Answer, Exchange } from './exchange.ts';
import { openAiError } from './refused.ts';
import { jsonReply } from './reply.ts';

const MODELS_PATH = '/v1/models';

/** `/v1/models`, and one model below it. */
export function answerModels({ service, path }: Exchange): Answer {
  const { entry, contract } = service;
  const card = {
    id: entry.id,
    object: 'model',
    created: Math.floor((Date.now() - (performance.now() - service.startedMs)) / 1000),
    owned_by: contract.software,
    root: entry.id,
    parent: null,
    max_model_len: entry.maxTokens,
  };
  if (path === MODELS_PATH) return jsonReply(200, { object: 'list', data: [card] });
  const asked = decode(path.slice(MODELS_PATH.length + 1));
  if (asked === entry.id) return jsonReply(200, card);
  return openAiError(
    404,
    'invalid_request_error',
    `The model '${asked}' does not exist`,
    'model',
    'model_not_found',
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
