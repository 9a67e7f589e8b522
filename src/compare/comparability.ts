import { canonicalJson } from '../core/content-hash.ts';
import type { RunRecord } from '../core/record/run-record.ts';

/** Something other than the change under test that differs between two runs. */
export interface RunDifference {
  readonly code: string;
  /** Figures that it spoils; `none`: worth knowing, spoils nothing. */
  readonly spoils: 'quality' | 'load' | 'none';
  /** The instruction it is about, when it spoils only that one's cells. */
  readonly instruction?: string;
  readonly message: string;
}

/** Settings of the quality pass that make the same vectors score differently. */
const QUALITY_PROTOCOL = [
  'engine',
  'mlSteps',
  'testShare',
  'folds',
  'repeats',
  'c',
  'tuneC',
  'nInit',
  'instructionSample',
] as const;
/** Settings of the load pass that make the same server look different and are no axes. */
const LOAD_PROTOCOL = ['arrivals', 'burstiness', 'maxInFlight', 'workers'] as const;

const GIBIBYTE = 1 << 30;

/**
 * What must be said above a comparison: other data, another protocol or other hardware make the affected
 * verdicts worthless; another model, server or version may be the change under test.
 */
export function comparability(base: RunRecord, candidate: RunRecord): RunDifference[] {
  return [
    ...dataDifferences(base, candidate),
    ...protocolDifferences(base, candidate),
    ...machineDifferences(base, candidate),
    ...instructionDifferences(base, candidate),
    ...notices(base, candidate),
  ];
}

/** Why figures of a kind, or of one instruction, say nothing about the change under test. */
export function spoiledBy(
  notices: readonly RunDifference[],
  kind: 'quality' | 'load',
  instruction?: string,
): string | undefined {
  const reasons = notices.filter(
    (notice) =>
      notice.spoils === kind && (notice.instruction === undefined || notice.instruction === instruction),
  );
  return reasons.length === 0 ? undefined : reasons.map(({ message }) => message).join('; ');
}

function dataDifferences(base: RunRecord, candidate: RunRecord): RunDifference[] {
  if (base.dataset.hash === candidate.dataset.hash) return [];
  return [
    {
      code: 'differentData',
      spoils: 'quality',
      message: `different data: ${base.dataset.name} (${base.dataset.rows} rows, ${base.dataset.hash.slice(0, 7)}) and ${candidate.dataset.name} (${candidate.dataset.rows} rows, ${candidate.dataset.hash.slice(0, 7)})`,
    },
  ];
}

function protocolDifferences(base: RunRecord, candidate: RunRecord): RunDifference[] {
  const differences: RunDifference[] = [];
  const quality = changedKeys(section(base, 'quality'), section(candidate, 'quality'), QUALITY_PROTOCOL);
  if (base.config['seed'] !== candidate.config['seed']) quality.push('seed');
  if (quality.length > 0 && base.quality.length > 0 && candidate.quality.length > 0) {
    differences.push({
      code: 'differentProtocol',
      spoils: 'quality',
      message: `different evaluation protocol: ${quality.join(', ')}`,
    });
  }
  const load = changedKeys(section(base, 'load'), section(candidate, 'load'), LOAD_PROTOCOL);
  if (load.length > 0 && base.load.length > 0 && candidate.load.length > 0) {
    differences.push({
      code: 'differentProtocol',
      spoils: 'load',
      message: `different load protocol: ${load.join(', ')}`,
    });
  }
  return differences;
}

function machineDifferences(base: RunRecord, candidate: RunRecord): RunDifference[] {
  const [a, b] = [base.environment, candidate.environment];
  if (a.hardwareHash === b.hardwareHash) return [];
  return [
    {
      code: 'differentHardware',
      spoils: 'load',
      message: `different hardware: ${hardwareOf(a)} and ${hardwareOf(b)}`,
    },
  ];
}

function instructionDifferences(base: RunRecord, candidate: RunRecord): RunDifference[] {
  const known = new Map(base.instructions.map((instruction) => [instruction.name, instruction]));
  return candidate.instructions.flatMap((instruction): RunDifference[] => {
    const before = known.get(instruction.name);
    if (
      before === undefined ||
      (before.text === instruction.text && before.template === instruction.template)
    )
      return [];
    return [
      {
        code: 'differentInstruction',
        spoils: 'none',
        instruction: instruction.name,
        message: `the instruction ${instruction.name} reads differently: its cells show what the wording does`,
      },
    ];
  });
}

function notices(base: RunRecord, candidate: RunRecord): RunDifference[] {
  const facts: [string, string, string | undefined, string | undefined][] = [
    ['differentModel', 'model', base.server.model, candidate.server.model],
    ['differentServer', 'server', softwareOf(base), softwareOf(candidate)],
    ['differentFingerprint', 'server fingerprint', base.server.fingerprint, candidate.server.fingerprint],
    ['differentTool', 'dimsweep version', base.environment.dimsweep, candidate.environment.dimsweep],
    ['differentNode', 'Node.js version', base.environment.node, candidate.environment.node],
  ];
  return facts.flatMap(([code, name, before, after]): RunDifference[] =>
    before === after
      ? []
      : [
          {
            code,
            spoils: 'none',
            message: `different ${name}: ${before ?? 'unknown'} and ${after ?? 'unknown'}`,
          },
        ],
  );
}

/** What a run was measured on, for people. */
export function hardwareOf({ cpuModel, cpus, memoryBytes }: RunRecord['environment']): string {
  return `${cpuModel}, ${cpus} cores, ${Math.round(memoryBytes / GIBIBYTE)} GiB`;
}

/** `sglang 0.5.19`; undefined where the server does not say. */
export function softwareOf(record: RunRecord): string | undefined {
  const { software, version } = record.server;
  return software === undefined ? undefined : [software, version].filter(Boolean).join(' ');
}

function section(record: RunRecord, name: string): Readonly<Record<string, unknown>> {
  const value = record.config[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function changedKeys(
  base: Readonly<Record<string, unknown>>,
  candidate: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): string[] {
  return keys.filter((key) => canonicalJson(base[key] ?? null) !== canonicalJson(candidate[key] ?? null));
}
