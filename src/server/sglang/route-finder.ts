import type { AdminHttp, HttpFailure, HttpReply } from './admin-http.ts';
import { ADMIN_ROUTES, type AdminPurpose } from './admin-routes.ts';

export interface FoundRoute {
  readonly path: string;
  readonly reply: HttpReply;
}

interface RouteRequest {
  readonly body?: unknown;
  readonly key?: string | null;
  readonly signal: AbortSignal | undefined;
}

/** Finds out which of a purpose's paths a server answers, and remembers it. */
export interface RouteFinder {
  /** A 2xx JSON answer, or undefined when no path gives one. */
  find(purpose: AdminPurpose, request: RouteRequest): Promise<FoundRoute | undefined>;
  /** Whatever the first path that exists answers; undefined when none exists. */
  send(
    purpose: AdminPurpose,
    request: RouteRequest,
  ): Promise<{ readonly path: string; readonly answer: HttpReply | HttpFailure } | undefined>;
}

export function createRouteFinder(http: AdminHttp): RouteFinder {
  const known = new Map<AdminPurpose, string>();
  const pathsOf = (purpose: AdminPurpose): readonly string[] => {
    const path = known.get(purpose);
    return path === undefined ? ADMIN_ROUTES[purpose].paths : [path];
  };
  const ask = (purpose: AdminPurpose, path: string, { body, key, signal }: RouteRequest) =>
    http.send(
      {
        method: ADMIN_ROUTES[purpose].method,
        path,
        ...(body === undefined ? {} : { body }),
        ...(key === undefined ? {} : { key }),
      },
      signal,
    );

  return {
    async find(purpose, request) {
      for (const path of pathsOf(purpose)) {
        const reply = await ask(purpose, path, request);
        if (reply.kind === 'failure') return undefined;
        if (reply.status < 200 || reply.status >= 300 || reply.json === undefined) continue;
        known.set(purpose, path);
        return { path, reply };
      }
      return undefined;
    },
    async send(purpose, request) {
      for (const path of pathsOf(purpose)) {
        const answer = await ask(purpose, path, request);
        if (answer.kind === 'reply' && isMissing(answer.status)) continue;
        if (answer.kind === 'reply') known.set(purpose, path);
        return { path, answer };
      }
      return undefined;
    },
  };
}

/** 404 and 405: no such route, or not with this method; 501: named but not built in. */
function isMissing(status: number): boolean {
  return status === 404 || status === 405 || status === 501;
}
