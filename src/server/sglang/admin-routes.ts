/** What an administration route is for. */
export type AdminPurpose =
  | 'health'
  | 'models'
  | 'modelInfo'
  | 'serverInfo'
  | 'metrics'
  | 'flushCache'
  | 'tokenize'
  | 'rerank'
  | 'loads'
  | 'version';

interface AdminRoute {
  readonly method: 'GET' | 'POST';
  /** Newest name first. */
  readonly paths: readonly string[];
}

/**
 * Where each purpose lives, the newest SGLang name first, then its old one, then other servers' names. SGLang's
 * old names still answer in new versions, with a warning in its log.
 */
export const ADMIN_ROUTES = {
  health: { method: 'GET', paths: ['/health'] },
  models: { method: 'GET', paths: ['/v1/models', '/models'] },
  modelInfo: { method: 'GET', paths: ['/model_info', '/get_model_info', '/info', '/props'] },
  serverInfo: { method: 'GET', paths: ['/server_info', '/get_server_info'] },
  metrics: { method: 'GET', paths: ['/metrics'] },
  flushCache: { method: 'POST', paths: ['/flush_cache', '/reset_prefix_cache'] },
  tokenize: { method: 'POST', paths: ['/v1/tokenize', '/tokenize'] },
  rerank: { method: 'POST', paths: ['/v1/rerank', '/rerank'] },
  loads: { method: 'GET', paths: ['/v1/loads', '/get_load', '/load'] },
  version: { method: 'GET', paths: ['/version', '/api/version'] },
} as const satisfies Record<AdminPurpose, AdminRoute>;
