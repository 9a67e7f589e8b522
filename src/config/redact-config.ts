import type { Config } from './config.ts';

/** Names that end in a secret's word: `--api-key`, `HF_TOKEN`, but not `--tokenizer-path` or `--max-total-tokens`. */
const SECRET_NAME = /(key|token|secret|password|passwd|credentials?|authorization|cookie)([-_]?id)?$/i;
export const REDACTED = '***';

/**
 * The config as records and reports may show it: keys and header values are replaced by `***` wherever they stand,
 * and with them secret-looking environment variables and what URLs carry of passwords and keys.
 */
export function redactConfig(config: Config): Record<string, unknown> {
  const { server } = config;
  const redacted: Config = {
    ...config,
    server: {
      ...server,
      baseUrl: server.baseUrl === 'embedded' ? server.baseUrl : withoutPassword(server.baseUrl),
      headers: Object.fromEntries(Object.keys(server.headers).map((name) => [name, REDACTED])),
      ...(server.apiKey === undefined ? {} : { apiKey: REDACTED }),
      ...(server.adminApiKey === undefined ? {} : { adminApiKey: REDACTED }),
      ...(server.metricsUrl === undefined ? {} : { metricsUrl: withoutPassword(server.metricsUrl) }),
      ...(server.dcgmUrl === undefined ? {} : { dcgmUrl: withoutPassword(server.dcgmUrl) }),
      ...(server.rerankBaseUrl === undefined ? {} : { rerankBaseUrl: withoutPassword(server.rerankBaseUrl) }),
      ...(server.launch === undefined
        ? {}
        : {
            launch: {
              ...server.launch,
              command: redactArguments(server.launch.command),
              environment: Object.fromEntries(
                Object.entries(server.launch.environment).map(([name, value]) => [
                  name,
                  SECRET_NAME.test(name) ? REDACTED : value,
                ]),
              ),
            },
          }),
    },
    cache:
      config.cache === false || config.cache.url === undefined
        ? config.cache
        : { ...config.cache, url: withoutPassword(config.cache.url) },
    axes: {
      ...config.axes,
      ...(config.axes.serverArgs === undefined
        ? {}
        : {
            serverArgs: Object.fromEntries(
              Object.entries(config.axes.serverArgs).map(([name, args]) => [name, redactArguments(args)]),
            ),
          }),
    },
  };
  const hide = createHider([server.apiKey, server.adminApiKey, ...Object.values(server.headers)]);
  return JSON.parse(JSON.stringify(redacted), (_key, value: unknown) =>
    typeof value === 'string' ? hide(value) : value,
  ) as Record<string, unknown>;
}

/** A function that replaces the given secrets wherever they stand in a text. */
export function createHider(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets
    .filter((secret): secret is string => secret !== undefined && isWorthHiding(secret))
    .sort((a, b) => b.length - a.length);
  return (text) => known.reduce((hidden, secret) => hidden.replaceAll(secret, REDACTED), text);
}

/** Too short or too common to be blanked out of every sentence: SGLang's customary placeholder among them. */
function isWorthHiding(secret: string): boolean {
  return secret.length >= 4 && !['EMPTY', 'none', 'null', 'dummy', 'token'].includes(secret);
}

/** A command line with the values of secret-looking flags replaced, `--api-key X` and `--api-key=X` alike. */
export function redactArguments(args: readonly string[]): string[] {
  return args.map((argument, i) => {
    const flag = /^(--?[\w-]+)=/.exec(argument)?.[1];
    if (flag !== undefined && SECRET_NAME.test(flag)) return `${flag}=${REDACTED}`;
    const previous = args[i - 1] ?? '';
    return previous.startsWith('-') &&
      !previous.includes('=') &&
      SECRET_NAME.test(previous) &&
      !argument.startsWith('-')
      ? REDACTED
      : argument;
  });
}

/** The URL without user name and password, and without the values of secret-looking parameters. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    const parameters = [...parsed.searchParams.keys()].filter((name) => SECRET_NAME.test(name));
    if (parsed.username === '' && parsed.password === '' && parameters.length === 0) return url;
    for (const name of parameters) parsed.searchParams.set(name, REDACTED);
    parsed.username = parsed.username === '' ? '' : REDACTED;
    parsed.password = parsed.password === '' ? '' : REDACTED;
    return parsed.href;
  } catch {
    return url.replace(/\/\/[^@/]*@/, `//${REDACTED}@`);
  }
}
