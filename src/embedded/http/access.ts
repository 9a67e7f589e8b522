import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Contract } from '../contract.ts';
import { jsonReply, type Reply } from './reply.ts';

/** Keys that open the server; none: everything is open. */
export interface Keys {
  readonly apiKey?: string | undefined;
  readonly adminApiKey?: string | undefined;
}

/** Always open, with or without keys. */
const OPEN_PATHS = ['/health', '/ready', '/metrics'];

/**
 * SGLang's rules: an admin route asks for the admin key where there is one, and then refuses the normal key; without
 * an admin key the normal key opens it. Old versions know one key for everything and no `x-api-key`.
 *
 * @returns the refusal, or undefined when the request may pass
 */
export function refuseStranger(
  contract: Contract,
  keys: Keys,
  request: IncomingMessage,
  path: string,
  access: 'open' | 'normal' | 'admin',
): Reply | undefined {
  if (access === 'open' || request.method === 'OPTIONS') return undefined;
  if (OPEN_PATHS.some((open) => path.startsWith(open))) return undefined;
  const isAdminRoute = access === 'admin' && contract.authentication === 'keys';
  const wanted = isAdminRoute ? (keys.adminApiKey ?? keys.apiKey) : keys.apiKey;
  if (wanted === undefined || presentedKeys(contract, request).some((key) => isSame(key, wanted)))
    return undefined;
  return jsonReply(401, { error: 'Unauthorized' });
}

function presentedKeys(contract: Contract, request: IncomingMessage): string[] {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = contract.authentication === 'keys' ? request.headers['x-api-key'] : undefined;
  return [bearer, header].filter((key) => typeof key === 'string');
}

/** In a time that does not tell how much of the key was right. */
function isSame(presented: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(wanted));
}
