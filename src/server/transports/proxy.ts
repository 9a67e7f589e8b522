/** Hosts that are this machine: no proxy stands in between. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * The proxy that the usual environment variables (`http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`, either
 * case) name for a URL.
 *
 * @returns undefined when the URL is reached directly
 */
export function proxyFor(
  baseUrl: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const url = new URL(baseUrl);
  if (LOOPBACK.test(url.hostname)) return undefined;
  const read = (name: string): string | undefined =>
    environment[name] || environment[name.toUpperCase()] || undefined;
  const direct = (read('no_proxy') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (direct.some((entry) => matches(url, entry))) return undefined;
  return read(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? read('all_proxy');
}

/** Whether a `no_proxy` entry (`*`, `host`, `.domain`, `host:port`) covers the URL. */
function matches(url: URL, entry: string): boolean {
  if (entry === '*') return true;
  const [, name, port] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!;
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const domain = name!.replace(/^\*?\./, '');
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}
