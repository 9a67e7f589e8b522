import { jsonReply, type Reply } from './reply.ts';

/** A request that gets an error for an answer; thrown where the reason is found, sent where the request began. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(message: string, reply: Reply) {
    super(message);
    this.name = 'Refused';
    this.reply = reply;
  }
}

/** The flat error body of `/v1/embeddings` and its like: not wrapped in `error`, so the OpenAI SDK finds none. */
export function flatError(status: number, type: string, message: string): Reply {
  return jsonReply(status, { object: 'error', message, type, param: null, code: status });
}

/** A request that is well formed and makes no sense: empty input, too long, bad dimensions. */
export function badRequest(message: string): Refused {
  return new Refused(message, flatError(400, 'BadRequestError', message));
}

/**
 * A body that does not fit the schema. FastAPI would say 422; SGLang turns it into 400.
 *
 * @param path where it stands, from the body down
 */
export function schemaError(kind: string, path: readonly (string | number)[], message: string): Refused {
  const place = ['body', ...path].map((part) => (typeof part === 'number' ? String(part) : `'${part}'`));
  const detail = `[{'type': '${kind}', 'loc': (${place.join(', ')}), 'msg': ${JSON.stringify(message)}}]`;
  return new Refused(message, flatError(400, 'Bad Request', detail));
}

export function unsupportedMediaType(): Refused {
  const message = "Unsupported Media Type: Only 'application/json' is allowed";
  const detail = `[{'loc': ['header', 'content-type'], 'msg': "${message}", 'type': 'value_error'}]`;
  return new Refused(message, flatError(400, 'Bad Request', detail));
}

/** The nested body of native routes such as `/encode`. */
export function nativeError(status: number, message: string): Reply {
  return jsonReply(status, { error: { message } });
}

/** The nested body of OpenAI, which SGLang uses for models that are not there. */
export function openAiError(
  status: number,
  type: string,
  message: string,
  param: string,
  code: string,
): Reply {
  return jsonReply(status, { error: { message, type, param, code } });
}

/** FastAPI's own errors. */
export function detailError(status: number, detail: string): Reply {
  return jsonReply(status, { detail });
}
