import { createHash } from 'node:crypto';
import type { Script, ScriptedReply, SeenRequest } from '../sglang/scripted-server.ts';

/** How a stand-in for SGLang behaves; the defaults are a current, well-configured one. */
export interface Behaviour {
  readonly native?: number;
  readonly dimensions?:
    | 'honoured'
    | 'ignored'
    | 'refused'
    | 'raw-slice'
    | 'other-projection'
    | 'padded'
    | readonly number[];
  readonly base64?: 'honoured' | 'ignored' | 'refused';
  readonly instruction?: 'dropped' | 'honoured' | 'refused';
  readonly order?: 'input' | 'shuffled' | 'wrong-index';
  readonly values?: 'good' | 'nan' | 'zero';
  readonly usage?: 'right' | 'wrong' | 'absent' | 'not-additive';
  readonly noise?: number;
  /** Tokens; what happens to longer texts. */
  readonly limit?: number;
  readonly overlong?: 'refused' | 'truncated';
  readonly generation?: boolean;
  readonly apiKey?: string;
  readonly adminApiKey?: string;
  /** Old route names, and no `embedding` block in the model information. */
  readonly old?: boolean;
  readonly metrics?: boolean;
  readonly cache?: 'on' | 'off';
  readonly flags?: Readonly<Record<string, unknown>>;
}

const tokensOf = (text: string): number => text.trim().split(/\s+/).length + 1;

/** A unit vector that depends on the text alone: SHA-256 in counter mode, as numbers around 0. */
function vectorOf(text: string, dimensions: number): number[] {
  const values: number[] = [];
  for (let block = 0; values.length < dimensions; block++) {
    const bytes = createHash('sha256').update(`${block}:${text}`).digest();
    for (let i = 0; i < 32 && values.length < dimensions; i += 4) values.push(bytes.readInt32LE(i) / 2 ** 31);
  }
  return normalised(values);
}

function normalised(values: readonly number[]): number[] {
  const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  return values.map((x) => Math.fround(x / norm));
}

const error = (status: number, message: string): ScriptedReply => ({
  status,
  json: { object: 'error', message, type: 'BadRequestError', param: null, code: status },
});

interface Body {
  readonly input: string | readonly string[];
  readonly dimensions?: number;
  readonly encoding_format?: string;
  readonly instruction?: string;
}

/** What the server remembers between requests. */
interface Memory {
  texts: number;
  promptTokens: number;
  cachedTokens: number;
  readonly sent: Set<string>;
}

/** The routes of a server that behaves so. */
export function lyingServer(behaviour: Behaviour = {}): Script {
  const b: Settled = { native: 64, limit: 4096, cache: 'off', metrics: true, ...behaviour };
  const memory: Memory = { texts: 0, promptTokens: 0, cachedTokens: 0, sent: new Set() };
  const guarded = (key: string | undefined, handler: (body: Body) => ScriptedReply) => {
    return ({ headers, body }: SeenRequest): ScriptedReply =>
      key !== undefined && headers.authorization !== `Bearer ${key}`
        ? { status: 401, json: { error: 'Unauthorized' } }
        : handler((body === '' ? {} : JSON.parse(body)) as Body);
  };
  return {
    'POST /v1/embeddings': guarded(b.apiKey, (body) => embeddings(body, b, memory)),
    'GET /v1/models': guarded(b.apiKey, () => ({
      json: { data: [{ id: MODEL, owned_by: 'sglang', max_model_len: b.limit }] },
    })),
    [b.old ? 'GET /get_model_info' : 'GET /model_info']: {
      json: { model_path: MODEL, is_generation: b.generation === true },
    },
    [b.old ? 'GET /get_server_info' : 'GET /server_info']: guarded(b.apiKey, () => ({ json: serverInfo(b) })),
    'GET /health': { text: '' },
    'POST /flush_cache': guarded(b.adminApiKey ?? b.apiKey, () => {
      memory.sent.clear();
      return { text: 'Cache flushed.' };
    }),
    ...(b.old ? {} : newerRoutes(b)),
    ...(b.metrics ? { 'GET /metrics': () => ({ text: metricsPage(memory) }) } : {}),
  };
}

const MODEL = 'Qwen/Qwen3-Embedding-4B';
type Settled = Behaviour & Required<Pick<Behaviour, 'native' | 'limit' | 'cache' | 'metrics'>>;

function serverInfo(b: Settled) {
  return {
    api_key: b.apiKey ?? '',
    admin_api_key: b.adminApiKey ?? '',
    version: b.old ? '0.4.6' : '0.5.19',
    disable_radix_cache: b.cache === 'off',
    ...b.flags,
  };
}

function newerRoutes(b: Settled): Script {
  return {
    'POST /v1/tokenize': ({ body }) => {
      const { prompt } = JSON.parse(body) as { prompt: string };
      return { json: { count: tokensOf(prompt), max_model_len: b.limit, tokens: [] } };
    },
    'POST /v1/rerank': error(400, 'query must not be empty'),
  };
}

function metricsPage({ promptTokens, cachedTokens }: Memory): string {
  const cached = `# TYPE sglang:cached_tokens_total counter\nsglang:cached_tokens_total{cache_source="device"} ${cachedTokens}\n`;
  return `# TYPE sglang:prompt_tokens_total counter
sglang:prompt_tokens_total{model_name="q"} ${promptTokens}
${cachedTokens === 0 ? '' : cached}# TYPE sglang:num_running_reqs gauge
sglang:num_running_reqs 0
# TYPE sglang:num_queue_reqs gauge
sglang:num_queue_reqs 0
`;
}

function embeddings(body: Body, b: Settled, memory: Memory): ScriptedReply {
  const texts = typeof body.input === 'string' ? [body.input] : body.input;
  const refused = refusal(body, texts, b);
  if (refused !== undefined) return refused;
  const base64 = body.encoding_format === 'base64' && b.base64 !== 'ignored';
  const data = texts.map((text, index) => {
    remember(text, b, memory);
    const values = valuesOf(text, body, b, memory.texts);
    const embedding = base64 ? Buffer.from(new Float32Array(values).buffer).toString('base64') : values;
    return { object: 'embedding', index, embedding };
  });
  const counted = texts.reduce((sum, text) => sum + Math.min(tokensOf(text), b.limit), 0);
  const said = { right: counted, wrong: counted * 3, 'not-additive': counted + texts.length - 1, absent: 0 };
  const prompt_tokens = said[b.usage ?? 'right'];
  const reply = {
    object: 'list',
    data: ordered(data, b.order),
    model: MODEL,
    ...(b.usage === 'absent' ? {} : { usage: { prompt_tokens, total_tokens: prompt_tokens } }),
  };
  // JSON.stringify writes null for NaN; Python's json writes the word.
  const text = JSON.stringify(reply).replaceAll('null', 'NaN');
  return { text, headers: { 'content-type': 'application/json' } };
}

function refusal(body: Body, texts: readonly string[], b: Settled): ScriptedReply | undefined {
  if (b.generation)
    return error(400, 'This model is not an embedding model. Add `--is-embedding` when launching.');
  if (body.encoding_format === 'base64' && b.base64 === 'refused')
    return error(400, 'encoding_format must be float');
  if (body.instruction !== undefined && b.instruction === 'refused')
    return error(400, 'unknown field instruction');
  const tokens = Math.max(...texts.map(tokensOf));
  if (tokens >= b.limit && b.overlong !== 'truncated') {
    return error(
      400,
      `The input (${tokens} tokens) is longer than the model's context length (${b.limit} tokens).`,
    );
  }
  return widthRefusal(body.dimensions, b);
}

function widthRefusal(width: number | undefined, b: Settled): ScriptedReply | undefined {
  if (width === undefined || b.dimensions === 'ignored') return undefined;
  if (b.dimensions === 'refused') return error(400, 'Model does not support matryoshka representation.');
  if (Array.isArray(b.dimensions) && !b.dimensions.includes(width)) {
    return error(400, `dimensions must be one of ${b.dimensions.join(', ')}`);
  }
  return width > b.native && b.dimensions !== 'padded'
    ? error(400, `dimensions ${width} is too large`)
    : undefined;
}

function remember(text: string, b: Settled, memory: Memory): void {
  memory.texts += 1;
  memory.promptTokens += tokensOf(text);
  if (b.cache === 'on' && memory.sent.has(text)) memory.cachedTokens += tokensOf(text) - 1;
  memory.sent.add(text);
}

function valuesOf(text: string, body: Body, b: Settled, count: number): number[] {
  const source = b.instruction === 'honoured' ? `${body.instruction ?? ''}${text}` : text;
  const values = cut(vectorOf(source, b.native), body.dimensions, b.dimensions);
  if (b.noise !== undefined) values[0] = Math.fround(values[0]! + b.noise * (count % 7));
  if (b.values === 'nan') values[3] = Number.NaN;
  return b.values === 'zero' ? values.map(() => 0) : values;
}

function cut(full: readonly number[], width: number | undefined, how: Behaviour['dimensions']): number[] {
  if (width === undefined || how === 'ignored') return [...full];
  if (width > full.length) return [...full, ...Array<number>(width - full.length).fill(0)];
  if (how === 'raw-slice') return full.slice(0, width);
  return normalised(how === 'other-projection' ? full.slice(-width) : full.slice(0, width));
}

function ordered<T extends { index: number }>(data: readonly T[], order: Behaviour['order']): readonly T[] {
  if (order === 'shuffled') return data.toReversed();
  if (order === 'wrong-index') return data.toReversed().map((item, index) => ({ ...item, index }));
  return data;
}
