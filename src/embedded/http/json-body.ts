import type { IncomingMessage } from 'node:http';
import { flatError, Refused, schemaError, unsupportedMediaType } from './refused.ts';

/** Far above any sensible request; SGLang has no limit of its own. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Whether the media type is JSON; parameters behind `;` do not matter. */
export function requireJson(request: IncomingMessage): void {
  const mediaType = (request.headers['content-type'] ?? '').toLowerCase().split(';', 1)[0]!;
  if (mediaType.trim() !== 'application/json') throw unsupportedMediaType();
}

/**
 * The request's body as a JSON object.
 *
 * @throws Refused when it is no JSON, no UTF-8, no object or too large; the connection's error when the client leaves
 */
export async function readJsonObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBody(request);
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw schemaError('model_attributes_type', [], 'Input should be a valid dictionary');
  }
  return value as Record<string, unknown>;
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      const message = `The request body is larger than ${MAX_BODY_BYTES} bytes.`;
      reject(new Refused(message, flatError(413, 'RequestEntityTooLarge', message)));
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client left before its request was complete')));
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw schemaError('json_invalid', [0], `JSON decode error: ${reason}`);
  }
}
