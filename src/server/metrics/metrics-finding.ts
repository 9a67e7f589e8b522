import type { Finding } from '../../core/record/server-block.ts';
import type { Exposition } from './exposition.ts';
import { comparableName, METRIC_ROLES, type MetricRole } from './metric-names.ts';

/** Roles without which a cell's cache state and saturation stay unknown. */
const WANTED: readonly MetricRole[] = ['promptTokens', 'running', 'waiting'];

/**
 * What the metrics endpoint is good for. Names change between versions: missing ones are a finding here, and
 * figures that are absent later, never an error.
 */
export function metricsFinding(exposition: Exposition | undefined, path: string): Finding {
  const base = { id: 'metrics', title: 'Server metrics' };
  if (exposition === undefined) {
    return {
      ...base,
      verdict: 'note',
      evidence: `${path} does not answer with metrics`,
      mend: 'start SGLang with --enable-metrics, or set server.metricsUrl',
    };
  }
  const names = new Set(exposition.samples.map((sample) => comparableName(sample.name)));
  if (names.size === 0) {
    return {
      ...base,
      verdict: 'warning',
      evidence: `${path} answers, but not in the Prometheus text format (${exposition.malformedLines} other lines)`,
      mend: 'set server.metricsUrl to the Prometheus endpoint',
    };
  }
  const missing = WANTED.filter(
    (role) => !METRIC_ROLES[role].some((name) => names.has(comparableName(name))),
  );
  const evidence = `${path} answers with ${names.size} names`;
  if (missing.length === 0) return { ...base, verdict: 'ok', evidence };
  return {
    ...base,
    verdict: missing.length === WANTED.length ? 'warning' : 'note',
    evidence: `${evidence}; none that is known for ${missing.map((role) => ROLE_WORDS[role]).join(', ')}`,
    mend: 'figures of these names stay absent; the rest pass through under their own names',
  };
}

const ROLE_WORDS: Partial<Record<MetricRole, string>> = {
  promptTokens: 'prompt tokens',
  running: 'running requests',
  waiting: 'waiting requests',
};
