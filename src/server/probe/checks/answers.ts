import type { HttpReply } from '../../sglang/admin-http.ts';
import { recordOf, recordsOf, textOf } from '../../sglang/json-fields.ts';
import { millisecondsText } from '../figures.ts';
import type { ProbeCheck, ProbeContext } from '../probe-check.ts';
import { REFERENCE_TEXTS } from '../probe-texts.ts';
import { refusal, unreachable } from '../unusable-server.ts';

/** The first request: whether there is an embedding server at all. Every reason why not is a sentence. */
export const answersCheck: ProbeCheck = {
  id: 'answers',
  title: 'Embedding route',
  async run(context) {
    const url = `${context.baseUrl.replace(/\/+$/, '')}/embeddings`;
    const reply = await post(context, url);
    if (reply.kind === 'failure') throw unreachable(reply, context);
    const body = recordOf(reply.json ?? pythonJson(reply.text));
    const item = recordsOf(body?.['data'])[0];
    const embedding = item?.['embedding'];
    if (reply.status !== 200 || (!Array.isArray(embedding) && typeof embedding !== 'string')) {
      throw refusal(reply, {
        context,
        otherBaseUrl: reply.status === 404 || reply.status === 405 ? await findBaseUrl(context) : undefined,
        models: reply.status >= 400 ? await modelNames(context) : [],
      });
    }
    const servedModel = textOf(body?.['model']);
    const serverHeader = reply.headers['server'];
    return {
      findings: [
        {
          verdict: 'ok',
          evidence: `POST ${new URL(url).pathname} answers 200 after ${millisecondsText(reply.durationMs)}`,
        },
      ],
      found: {
        rawEmbedding: embedding,
        ...(servedModel === undefined ? {} : { servedModel }),
        ...(serverHeader === undefined ? {} : { serverHeader }),
      },
    };
  },
};

/** Python writes NaN and Infinity, which JSON has no words for; the rest of such a reply can still be read. */
function pythonJson(text: string): unknown {
  if (!/\b(NaN|Infinity)\b/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/-?\b(NaN|Infinity)\b/g, 'null')) as unknown;
  } catch {
    return undefined;
  }
}

function post(
  context: ProbeContext,
  url: string,
  key?: null,
): ReturnType<ProbeContext['admin']['http']['send']> {
  return context.admin.http.send(
    {
      method: 'POST',
      path: url,
      body: { model: context.config.model, input: [REFERENCE_TEXTS[0]], encoding_format: 'float' },
      timeoutMs: context.config.timeoutSeconds * 1000,
      ...(key === undefined ? {} : { key }),
    },
    context.signal,
  );
}

/** Where embeddings do answer on this server, among the usual places. */
async function findBaseUrl(context: ProbeContext): Promise<string | undefined> {
  const base = context.baseUrl.replace(/\/+$/, '');
  const { rootUrl } = context.admin.http;
  const { origin } = new URL(base);
  const places = new Set([`${base}/v1`, `${rootUrl}/v1`, `${origin}/v1`, `${origin}/api/v1`, rootUrl]);
  places.delete(base);
  for (const place of places) {
    const reply = await post(context, `${place}/embeddings`);
    if (reply.kind === 'reply' && exists(reply)) return place;
  }
  return undefined;
}

/** Any answer but "no such route" shows that the route is there; an unknown model does not hide it. */
function exists(reply: HttpReply): boolean {
  return reply.status !== 404 && reply.status !== 405 && reply.json !== undefined;
}

async function modelNames(context: ProbeContext): Promise<readonly string[]> {
  return (await context.admin.models(context.signal))?.value.map((model) => model.id) ?? [];
}

/** Whether the server answers a stranger: no key, and no header that could stand in for one. */
export function askAsStranger(context: ProbeContext): ReturnType<typeof post> {
  return post(context, `${context.baseUrl.replace(/\/+$/, '')}/embeddings`, null);
}
