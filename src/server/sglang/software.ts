import { recordOf, textOf } from './json-fields.ts';
import type { ListedModel } from './model-info.ts';
import type { AdminAnswer } from './server-admin.ts';
import type { ServerInfo } from './server-info.ts';

/** What the administration routes answered, for guessing whose server it is. */
export interface SoftwareEvidence {
  readonly models: readonly ListedModel[];
  readonly modelInfo: AdminAnswer<unknown> | undefined;
  readonly serverInfo: AdminAnswer<ServerInfo> | undefined;
  readonly version: AdminAnswer<unknown> | undefined;
  /** The `server` header of any reply. */
  readonly serverHeader: string | undefined;
  /** Names of the metrics. */
  readonly metricNames: readonly string[];
  readonly host: string;
}

export interface Software {
  /** `sglang`, `vllm`, `tei`, `infinity`, `ollama`, `llama.cpp`, `openai`, `dimsweep`. */
  readonly name: string;
  readonly version?: string;
}

interface SoftwareSign {
  readonly name: string;
  matches(evidence: SoftwareEvidence): boolean;
  version?(evidence: SoftwareEvidence): string | undefined;
}

const modelInfoField = (evidence: SoftwareEvidence, name: string): unknown =>
  recordOf(evidence.modelInfo?.raw)?.[name];
const versionField = (evidence: SoftwareEvidence): string | undefined =>
  textOf(recordOf(evidence.version?.raw)?.['version']);
const ownedBy = (evidence: SoftwareEvidence, owner: string): boolean =>
  evidence.models.some((model) => model.ownedBy?.toLowerCase() === owner);
const metricsStartWith = (evidence: SoftwareEvidence, prefix: RegExp): boolean =>
  evidence.metricNames.some((name) => prefix.test(name));

/** Signs by which servers give themselves away; the first that matches decides. */
const SIGNS = [
  {
    name: 'dimsweep',
    matches: (e) => ownedBy(e, 'dimsweep') || /dimsweep/i.test(e.serverHeader ?? ''),
    version: (e) => e.serverInfo?.value.version,
  },
  {
    name: 'sglang',
    matches: (e) =>
      modelInfoField(e, 'is_generation') !== undefined ||
      e.serverInfo?.value.disableRadixCache !== undefined ||
      ownedBy(e, 'sglang') ||
      metricsStartWith(e, /^sglang[:_]/),
    version: (e) => e.serverInfo?.value.version,
  },
  {
    name: 'vllm',
    matches: (e) => ownedBy(e, 'vllm') || metricsStartWith(e, /^vllm:/),
    version: versionField,
  },
  {
    name: 'tei',
    matches: (e) =>
      modelInfoField(e, 'model_sha') !== undefined || modelInfoField(e, 'max_batch_tokens') !== undefined,
    version: (e) => textOf(modelInfoField(e, 'version')),
  },
  {
    name: 'llama.cpp',
    matches: (e) => ownedBy(e, 'llamacpp') || /llama\.cpp/i.test(e.serverHeader ?? ''),
    version: (e) => textOf(modelInfoField(e, 'build_info')),
  },
  { name: 'infinity', matches: (e) => ownedBy(e, 'infinity') },
  {
    name: 'ollama',
    matches: (e) => e.version?.path === '/api/version' || ownedBy(e, 'library'),
    version: versionField,
  },
  {
    name: 'openai',
    matches: (e) => e.host.endsWith('openai.com') || e.models.some((m) => m.ownedBy?.startsWith('openai')),
  },
] as const satisfies readonly SoftwareSign[];

/** Whose server it is, as far as it lets on. */
export function detectSoftware(evidence: SoftwareEvidence): Software | undefined {
  const sign: SoftwareSign | undefined = SIGNS.find((candidate) => candidate.matches(evidence));
  if (sign === undefined) return undefined;
  const version = sign.version?.(evidence);
  return version === undefined ? { name: sign.name } : { name: sign.name, version };
}
