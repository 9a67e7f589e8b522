import { withoutPassword } from '../../config/redact-config.ts';
import { ServerError } from '../../core/errors.ts';
import type { HttpFailure, HttpReply } from '../sglang/admin-http.ts';
import { networkFailureCode } from '../sglang/network-failure.ts';
import { errorMessage, secretsOf } from '../transports/error-message.ts';
import { listText } from './figures.ts';
import { embeddingRoute, type ProbeContext } from './probe-check.ts';

/** What the way around a refusal depends on. */
interface Circumstances {
  readonly context: ProbeContext;
  /** A URL whose `/embeddings` does answer, when the configured one does not exist. */
  readonly otherBaseUrl?: string | undefined;
  /** Names that `/v1/models` lists. */
  readonly models?: readonly string[];
}

/** Why a server cannot be used at all, when no HTTP answer came. */
export function unreachable({ reason, error }: HttpFailure, context: ProbeContext): ServerError {
  const url = new URL(context.baseUrl);
  const where = embeddingRoute(context);
  const details = { where, cause: error };
  const at = url.host;
  switch (reason) {
    case 'refused':
      return new ServerError(`no server answers at ${at}`, {
        ...details,
        hint: 'Start the server, check host and port in server.baseUrl, or set server.baseUrl: embedded to try dimsweep without one.',
      });
    case 'unknownHost':
      return new ServerError(`there is no host ${url.hostname}`, {
        ...details,
        hint: 'Check the host name in server.baseUrl.',
      });
    case 'tls':
      return new ServerError(
        `no TLS connection to ${at} could be made (${networkFailureCode(error) ?? error.message})`,
        {
          ...details,
          hint: /wrong version|EPROTO|packet length/i.test(`${networkFailureCode(error)} ${error.message}`)
            ? 'The server does not speak TLS: write http:// in server.baseUrl.'
            : 'Set NODE_EXTRA_CA_CERTS to the file of the certificate authority, or use the name that the certificate was made for.',
        },
      );
    case 'timeout':
      return new ServerError(`the server at ${at} did not answer within ${context.config.timeoutSeconds} s`, {
        ...details,
        hint: 'It may still be loading or be overloaded: look at its log, or raise server.timeoutSeconds.',
      });
    case 'notHttp':
      return new ServerError(`what answers at ${at} does not speak HTTP`, {
        ...details,
        hint: 'Check the port in server.baseUrl.',
      });
    case 'reset':
    case 'other':
      return new ServerError(`the server at ${at} closed the connection before its answer was complete`, {
        ...details,
        hint:
          url.protocol === 'http:'
            ? 'Look at its log; a server that speaks TLS needs https:// in server.baseUrl.'
            : 'Look at its log.',
      });
  }
}

/** Why a server cannot be used at all, by its answer to a plain embedding request. */
export function refusal(reply: HttpReply, circumstances: Circumstances): ServerError {
  const { context } = circumstances;
  const { apiKey, adminApiKey, headers } = context.config;
  const secrets = [...secretsOf(apiKey, headers), ...(adminApiKey === undefined ? [] : [adminApiKey])];
  const said = errorMessage(reply.status, reply.text, secrets);
  const where = embeddingRoute(context);
  const { message, hint } = explain(reply, said, circumstances);
  return new ServerError(message, { where, hint });
}

interface Explanation {
  readonly message: string;
  readonly hint: string;
}

function explain(reply: HttpReply, said: string, circumstances: Circumstances): Explanation {
  const { context } = circumstances;
  const { status } = reply;
  if (status >= 200 && status < 300) return notEmbeddings(reply);
  if (status >= 300 && status < 400) return redirected(reply);
  if (status === 401 || status === 403) return unauthorised(status, context);
  if (/is[-_]embedding|generation model|not an embedding|does not support (the )?embeddings?/i.test(said)) {
    return generationMode(said, context);
  }
  if (status === 404 || status === 405) return wrongPath(said, circumstances);
  if (status === 503) return loading(said);
  if (status === 429) {
    return { message: `the server limits the rate of requests (${said})`, hint: 'Wait, or raise the limit.' };
  }
  if (/\bmodel\b.*(not exist|not found|unknown|not available)/i.test(said))
    return unknownModel(said, circumstances);
  return {
    message: `the server refuses a plain embedding request (${said})`,
    hint: 'Look at its log; the request held one short text, the model and encoding_format: float.',
  };
}

function notEmbeddings(reply: HttpReply): Explanation {
  if (reply.json !== undefined) {
    return {
      message: 'the server answers with JSON that is no list of embeddings',
      hint: 'Use the server’s OpenAI-compatible route: server.baseUrl ends in /v1.',
    };
  }
  const kind = reply.headers['content-type']?.split(';')[0] ?? 'no content type';
  if (kind === 'application/json') {
    return {
      message: 'the server answers with JSON that cannot be read',
      hint: 'Look at its log, and at any proxy in between: some cut long answers.',
    };
  }
  return {
    message: `the server answers with something that is not JSON (${kind})`,
    hint: 'Check that server.baseUrl names the API and not a web page or a proxy in front of it.',
  };
}

function redirected(reply: HttpReply): Explanation {
  const target = reply.headers['location'];
  return {
    message: `the server redirects embedding requests${target === undefined ? '' : ` to ${withoutPassword(target)}`}`,
    hint: 'Set server.baseUrl to the address behind the redirect: measured requests follow none.',
  };
}

function unauthorised(status: number, { config }: ProbeContext): Explanation {
  return config.apiKey === undefined
    ? {
        message: `the server wants an API key (HTTP ${status})`,
        hint: `Set server.apiKey, best from the environment: apiKey: \${SGLANG_API_KEY}.`,
      }
    : {
        message: `the server does not accept the API key (HTTP ${status})`,
        hint: 'Check server.apiKey and the environment variable behind it.',
      };
}

function generationMode(said: string, { config }: ProbeContext): Explanation {
  return {
    message: `the server runs ${config.model} for generating text, not for embeddings (${said})`,
    hint: 'Start SGLang with --is-embedding (vLLM: --runner pooling).',
  };
}

function wrongPath(said: string, circumstances: Circumstances): Explanation {
  if (/model/i.test(said)) return unknownModel(said, circumstances);
  const { context, otherBaseUrl } = circumstances;
  return {
    message: `the server has no ${new URL(`${context.baseUrl}/embeddings`).pathname} (${said})`,
    hint:
      otherBaseUrl === undefined
        ? 'Check server.baseUrl: it goes up to and with /v1.'
        : `Set server.baseUrl to ${withoutPassword(otherBaseUrl)}.`,
  };
}

function unknownModel(said: string, { context, models = [] }: Circumstances): Explanation {
  return {
    message: `the server does not serve the model ${context.config.model} (${said})`,
    hint: models.length === 0 ? 'Check server.model.' : `Set server.model to one of: ${listText(models)}.`,
  };
}

function loading(said: string): Explanation {
  return {
    message: `the server is still loading, or shutting down (${said})`,
    hint: 'Wait until its health route answers 200; with server.launch dimsweep does that by itself.',
  };
}
