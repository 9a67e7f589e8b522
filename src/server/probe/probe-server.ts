import { withoutPassword } from '../../config/redact-config.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { Clock } from '../../core/clock.ts';
import { ServerError } from '../../core/errors.ts';
import type { Capabilities, Finding, ServerBlock } from '../../core/record/server-block.ts';
import type { EmbeddingClient } from '../embedding-client.ts';
import { createScrubber, redactReply } from '../sglang/redact.ts';
import type { ServerAdmin } from '../sglang/server-admin.ts';
import { secretsOf } from '../transports/error-message.ts';
import { serverFingerprint } from './fingerprint.ts';
import { createPatientClient } from './patient-client.ts';
import type {
  CheckFinding,
  CheckResult,
  Found,
  ProbeCheck,
  ProbeContext,
  ProbeNeeds,
} from './probe-check.ts';
import { PROBE_CHECKS } from './probe-checks.ts';
import { watchTransfers } from './transfer-watch.ts';

export interface ProbeInput {
  readonly config: ServerConfig;
  /** URL up to and with `/v1`: the config's, or where the embedded server was started. */
  readonly baseUrl: string;
  readonly kind: ServerBlock['kind'];
  readonly client: EmbeddingClient;
  readonly admin: ServerAdmin;
  readonly clock: Clock;
  /** What the run asks of the server; nothing when only a table is wanted. */
  readonly needs: ProbeNeeds;
  readonly onCheck?: (title: string) => void;
}

/**
 * Finds out what a server does, with a few small requests, one after the other. Nothing here is a measurement.
 *
 * @throws ServerError when the server cannot be used for what the run needs; one sentence with the way out
 */
export async function probeServer(input: ProbeInput, signal?: AbortSignal): Promise<ServerBlock> {
  const { config, baseUrl, admin, clock, needs } = input;
  const transfers = watchTransfers(input.client);
  const client = createPatientClient(transfers.client, clock);
  const mark = `p${Math.round(clock.wallMs()).toString(36)}`;
  const context: ProbeContext = { config, baseUrl, client, admin, clock, needs, mark, signal };
  let found: Found = { capabilities: {} };
  const findings: Finding[] = [];
  for (const check of PROBE_CHECKS) {
    signal?.throwIfAborted();
    input.onCheck?.(check.title);
    const result = await check.run(context, found);
    found = merge(found, result);
    findings.push(...result.findings.map((finding) => named(finding, check)));
  }
  for (const found of [client.finding(), transfers.finding()]) if (found !== undefined) findings.push(found);
  return serverBlock(input, found, scrubbed(findings, config));
}

function merge(found: Found, { capabilities, found: further }: CheckResult): Found {
  return { ...found, ...further, capabilities: { ...found.capabilities, ...capabilities } };
}

function named(finding: CheckFinding, { id, title }: Pick<ProbeCheck, 'id' | 'title'>): Finding {
  return { id, title, ...finding };
}

function serverBlock(input: ProbeInput, found: Found, findings: Finding[]): ServerBlock {
  const { config, baseUrl, kind } = input;
  const { software, servedModel } = found;
  return {
    baseUrl: withoutPassword(baseUrl),
    kind,
    ...(software === undefined ? {} : { software: software.name }),
    ...(software?.version === undefined ? {} : { version: software.version }),
    model: config.model,
    ...(servedModel === undefined ? {} : { servedModel }),
    fingerprint: serverFingerprint(config.model, found),
    capabilities: complete(found.capabilities),
    findings,
    info: serverInfo(found, config),
  };
}

/** The keys that every record has; a check that could not find out leaves the cautious answer. */
function complete(found: Partial<Capabilities>): Capabilities {
  const { nativeDimensions } = found;
  if (nativeDimensions === undefined) throw new ServerError('the width of the server’s vectors is not known');
  return {
    ...found,
    nativeDimensions,
    dimensions: found.dimensions ?? 'ignored',
    encodings: found.encodings ?? { float: true, base64: 'refused' },
    routes: found.routes ?? {},
  };
}

function serverInfo({ modelInfo, serverInfo: flags }: Found, config: ServerConfig): Record<string, unknown> {
  const redact = (raw: unknown): unknown => redactReply(raw, secretsIn(config));
  return {
    ...(modelInfo === undefined ? {} : { [modelInfo.path]: redact(modelInfo.raw) }),
    ...(flags === undefined ? {} : { [flags.path]: redact(flags.raw) }),
  };
}

/** Servers quote requests and keys in their messages; findings keep neither. */
function scrubbed(findings: readonly Finding[], config: ServerConfig): Finding[] {
  const scrub = createScrubber(secretsIn(config));
  return findings.map((finding) => ({ ...finding, evidence: scrub(finding.evidence) }));
}

function secretsIn({ apiKey, adminApiKey, headers }: ServerConfig): string[] {
  return [...secretsOf(apiKey, headers), ...(adminApiKey === undefined ? [] : [adminApiKey])];
}
