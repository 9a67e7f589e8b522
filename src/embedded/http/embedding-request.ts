import { badRequest, schemaError } from './refused.ts';

/** Texts, or token ids that stand for texts. */
export type EmbeddingInput =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'tokens'; readonly tokens: readonly (readonly number[])[] };

/** The body of `/v1/embeddings`, checked for types. Fields that the schema does not know are dropped. */
export interface EmbeddingRequest {
  readonly input: EmbeddingInput;
  /** As it was sent; undefined: the native width. */
  readonly dimensions: number | undefined;
  /** As it was sent. */
  readonly encodingFormat: string;
  /** One id for the whole request. */
  readonly hasScalarRid: boolean;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * @throws Refused as SGLang refuses: with the schema's error when a type is wrong, as a bad request when the input is
 *   empty
 */
export function readEmbeddingRequest(body: Body): EmbeddingRequest {
  checkString(body, 'model');
  checkString(body, 'user');
  checkStrings(body, 'rid');
  checkStrings(body, 'lora_path');
  optionalInteger(body, 'priority');
  optionalInteger(body, 'embed_override_token_id');
  const request: EmbeddingRequest = {
    input: readInput(body['input']),
    dimensions: optionalInteger(body, 'dimensions'),
    encodingFormat: checkString(body, 'encoding_format') ?? 'float',
    hasScalarRid: typeof body['rid'] === 'string',
  };
  checkOverrides(body);
  return request;
}

/** The input's type, then its content: the order of SGLang's checks. */
function readInput(input: unknown): EmbeddingInput {
  if (input === undefined) throw schemaError('missing', ['input'], 'Field required');
  if (typeof input === 'string') {
    if (input === '') throw badRequest('Input cannot be empty');
    if (input.trim() === '') throw badRequest('Input cannot be empty or whitespace only');
    return { kind: 'texts', texts: [input] };
  }
  if (!Array.isArray(input)) throw wrongInput([]);
  const items: readonly unknown[] = input;
  if (items.length === 0) throw badRequest('Input cannot be empty');
  const [first] = items;
  if (typeof first === 'string') return { kind: 'texts', texts: items.map(readText) };
  if (typeof first === 'number') return { kind: 'tokens', tokens: [readTokens(items)] };
  if (Array.isArray(first)) return { kind: 'tokens', tokens: items.map(readTokenList) };
  return { kind: 'texts', texts: items.map(readTextObject) };
}

function readText(item: unknown, index: number): string {
  if (typeof item !== 'string') throw wrongInput([index]);
  if (item.trim() === '') throw badRequest(`Input at index ${index} cannot be empty or whitespace only`);
  return item;
}

function readTokens(items: readonly unknown[]): readonly number[] {
  items.forEach((item, index) => {
    if (!Number.isInteger(item)) throw wrongInput([index]);
    if ((item as number) < 0) throw badRequest(`Token ID at index ${index} must be non-negative`);
  });
  return items as readonly number[];
}

function readTokenList(item: unknown, index: number): readonly number[] {
  if (!Array.isArray(item)) throw wrongInput([index]);
  const tokens: readonly unknown[] = item;
  if (tokens.length === 0) throw badRequest(`Input at index ${index} cannot be empty`);
  tokens.forEach((token, at) => {
    if (!Number.isInteger(token)) throw wrongInput([index, at]);
  });
  if (tokens.some((token) => (token as number) < 0)) {
    throw badRequest(`Input at index ${index} contains negative token IDs`);
  }
  return tokens as readonly number[];
}

/** The multimodal form; there is no chat template here, and nothing to see pictures with. */
function readTextObject(item: unknown, index: number): string {
  if (typeof item !== 'object' || item === null) throw wrongInput([index]);
  const { text, image, video } = item as Body;
  if (typeof text !== 'string' && text !== undefined && text !== null) throw wrongInput([index, 'text']);
  if ((image ?? video ?? undefined) !== undefined) {
    throw badRequest(`Input at index ${index}: this model embeds text only`);
  }
  return text ?? 'padding';
}

function wrongInput(path: readonly (string | number)[]): Error {
  return schemaError(
    'string_type',
    ['input', ...path],
    'Input should be a string, a list of strings, a list of integers or a list of lists of integers',
  );
}

function checkString(body: Body, field: string): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') {
    // `user` may be null, the others have a default and may not.
    if (value === null && field === 'user') return undefined;
    throw schemaError('string_type', [field], 'Input should be a valid string');
  }
  return value;
}

function checkStrings(body: Body, field: string): void {
  const value = body[field];
  const isFine =
    value === undefined ||
    value === null ||
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((item) => typeof item === 'string' || item === null));
  if (!isFine) throw schemaError('string_type', [field], 'Input should be a valid string or list of strings');
}

/** An integer, or a text or fraction that stands for one: pydantic's lax mode. */
function optionalInteger(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    throw schemaError('int_parsing', [field], 'Input should be a valid integer');
  }
  return number;
}

/** Replacing embeddings of placeholder tokens needs both fields, and a model that can. */
function checkOverrides(body: Body): void {
  const hasToken = (body['embed_override_token_id'] ?? undefined) !== undefined;
  const hasValues = (body['embed_overrides'] ?? undefined) !== undefined;
  if (hasToken !== hasValues) {
    throw badRequest('embed_override_token_id and embed_overrides must be given together');
  }
  if (hasToken) throw badRequest('This model does not support embed_overrides');
}
