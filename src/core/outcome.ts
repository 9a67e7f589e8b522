/**
 * How one request ended. A request is never dropped: whatever is not `ok` is counted under its kind, and the
 * order of this list is the code stored in sample tables (append, never reorder).
 */
export const OUTCOMES = [
  'ok',
  'timeout',
  'refused',
  'reset',
  'http4xx',
  'http429',
  'http503',
  'http5xx',
  'truncated',
  'malformed',
  'badVector',
  'cancelled',
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type FailureKind = Exclude<Outcome, 'ok'>;

/** What each outcome means, for reports and terminals. */
export const OUTCOME_LABELS: Record<Outcome, string> = {
  ok: 'answered',
  timeout: 'no complete answer within the time limit',
  refused: 'connection refused or not possible',
  reset: 'connection closed or reset before the answer was complete',
  http4xx: 'refused by the server (HTTP 4xx)',
  http429: 'refused by a rate limit (HTTP 429)',
  http503: 'queue full or shutting down (HTTP 503)',
  http5xx: 'server error (HTTP 5xx)',
  truncated: 'body shorter than announced',
  malformed: 'body is not the agreed JSON',
  badVector: 'vectors of wrong length, count or order, not finite, or all zero',
  cancelled: 'still in flight when the run was stopped',
};
