import type { Capabilities } from '../../../core/record/server-block.ts';
import { metricsFinding } from '../../metrics/metrics-finding.ts';
import type { FlushResult } from '../../sglang/flush-cache.ts';
import { listText } from '../figures.ts';
import type { CheckFinding, Found, ProbeCheck } from '../probe-check.ts';

type Routes = Capabilities['routes'];

/** What the server offers beside embeddings: readiness, metrics, an empty cache, token counts, reranking. */
export const routesCheck: ProbeCheck = {
  id: 'routes',
  title: 'Administration routes',
  async run({ admin, signal }, found) {
    const health = await admin.health(signal);
    const flush = await admin.flushCache({ waitMs: 2000, ...(signal === undefined ? {} : { signal }) });
    const tokenize = await admin.tokenize('one', signal);
    const rerank = await admin.rerankPath(signal);
    const load = await admin.load(signal);
    const routes: Routes = {
      ...found.capabilities.routes,
      ...(health.state === 'ready' || health.state === 'loading' ? { health: '/health' } : {}),
      ...(found.exposition === undefined ? {} : { metrics: admin.metricsPath }),
      ...(flush.state === 'flushed' || flush.state === 'busy' ? { flushCache: flush.path } : {}),
      ...(tokenize === undefined ? {} : { tokenize: tokenize.path }),
      ...(rerank === undefined ? {} : { rerank }),
      ...(load === undefined ? {} : { loads: load.path }),
    };
    return {
      findings: [
        { verdict: 'ok', evidence: listText(Object.values(routes), 12) || 'none' },
        ...(health.state === 'loading' ? [loading(health.evidence)] : []),
        metrics(found, admin.metricsPath),
        flushFinding(flush),
      ],
      capabilities: { routes },
    };
  },
};

function loading(evidence: string): CheckFinding {
  return {
    id: 'routes.health',
    title: 'Readiness',
    verdict: 'warning',
    evidence,
    mend: 'wait until /health answers 200: the server is not at its full speed yet',
  };
}

/** Servers other than SGLang have metrics without a flag, or none at all. */
function metrics({ exposition, software }: Found, path: string): CheckFinding {
  const finding = metricsFinding(exposition, path);
  const flagged = software === undefined || software.name === 'sglang' || software.name === 'dimsweep';
  if (exposition !== undefined || flagged) return finding;
  const { mend: _, ...rest } = finding;
  return software.name === 'llama.cpp' ? { ...rest, mend: '--metrics' } : rest;
}

function flushFinding(flush: FlushResult): CheckFinding {
  const base = { id: 'routes.flushCache', title: 'Emptying the prefix cache' };
  switch (flush.state) {
    case 'flushed':
      return { ...base, verdict: 'ok', evidence: `${flush.path} answers 200` };
    case 'absent':
      return {
        ...base,
        verdict: 'note',
        evidence: 'no such route: only texts that are never repeated keep a window cold',
      };
    case 'unauthorised':
      return {
        ...base,
        verdict: 'warning',
        evidence: `${flush.path} answers ${flush.status} to the normal key`,
        mend: 'server.adminApiKey',
      };
    case 'busy':
      return {
        ...base,
        verdict: 'warning',
        evidence: `${flush.path} answers 400 for 2 s: somebody else is using the server`,
        mend: 'measure on a server that nobody else uses',
      };
    case 'failed':
      return { ...base, verdict: 'note', evidence: `${flush.path}: ${flush.reason}` };
  }
}
