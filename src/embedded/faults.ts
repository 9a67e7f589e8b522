import { ZodError } from 'zod';
import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type Contract, CURRENT_CONTRACT } from './contract.ts';
import { DIALECTS, type Dialect } from './dialects.ts';
import { CONDITION_NAMES, conditionsSchema, createCondition } from './faults/conditions.ts';
import { CONTRACT_FAULTS } from './faults/contract-faults.ts';
import { type FaultEntry, type FaultHooks, type FaultRequest, faultMode } from './faults/fault.ts';
import { REFUSAL_FAULTS } from './faults/refusal-faults.ts';
import { REPLY_FAULTS } from './faults/reply-faults.ts';
import { noSettings } from './faults/settings.ts';
import { TIME_FAULTS } from './faults/time-faults.ts';
import { VECTOR_FAULTS } from './faults/vector-faults.ts';

/** Every way in which the embedded server can misbehave on purpose, by the name that a config or `--fault` gives. */
export const FAULTS = {
  ...TIME_FAULTS,
  ...REFUSAL_FAULTS,
  ...CONTRACT_FAULTS,
  ...VECTOR_FAULTS,
  ...REPLY_FAULTS,
  ...dialectFaults(),
} as const satisfies Record<string, FaultEntry>;

/** Lines for `dimsweep serve --help`, one per fault. */
export function faultSummaries(): readonly { readonly name: string; readonly summary: string }[] {
  return Object.entries(FAULTS).map(([name, { summary }]) => ({ name, summary }));
}

/** The faults of one running server. */
export interface ActiveFaults {
  readonly contract: Contract;
  /** Hooks that are meant for a request. Ask once per request: faults count. */
  hooksFor(request: FaultRequest): readonly FaultHooks[];
  /** No fault has hooks: answers may be kept ready. */
  readonly isQuiet: boolean;
}

/**
 * Reads faults as they stand on a command line: `name`, or `name:key=value,key=value`. Beside its own settings each
 * fault with hooks takes conditions (`batchSize`, `dimensions`, `encoding`, `contains`, `nth`, `after`). Faults are
 * applied in the order given; later changes of the contract win.
 *
 * @throws UsageError that names the fault, the setting and what is allowed
 */
export function activateFaults(written: readonly string[]): ActiveFaults {
  const started = written.map(startFault);
  const hooked = started.flatMap(({ hooks, isMeantFor }) =>
    hooks === undefined ? [] : [{ hooks, isMeantFor }],
  );
  return {
    contract: Object.assign({}, CURRENT_CONTRACT, ...started.map(({ contract }) => contract)) as Contract,
    isQuiet: hooked.length === 0,
    hooksFor: (request) => hooked.filter(({ isMeantFor }) => isMeantFor(request)).map(({ hooks }) => hooks),
  };
}

interface StartedFault {
  readonly contract: Partial<Contract>;
  readonly hooks: FaultHooks | undefined;
  readonly isMeantFor: (request: FaultRequest) => boolean;
}

function startFault(written: string): StartedFault {
  const [name = '', ...rest] = written.split(':');
  const fault = faultByName(name, written);
  const pairs = readPairs(written, rest.join(':'));
  const isCondition = ([key]: readonly [string, string]): boolean =>
    fault.actsOnRequests && CONDITION_NAMES.includes(key);
  const { contract, hooks } = explained(written, fault, () =>
    fault.start(Object.fromEntries(pairs.filter((pair) => !isCondition(pair)))),
  );
  const conditions = explained(written, fault, () =>
    conditionsSchema.parse(Object.fromEntries(pairs.filter(isCondition))),
  );
  return { contract, hooks, isMeantFor: createCondition(conditions) };
}

function faultByName(name: string, written: string): FaultEntry {
  if (Object.hasOwn(FAULTS, name)) return FAULTS[name as keyof typeof FAULTS];
  const near = nearestName(name, Object.keys(FAULTS));
  throw new UsageError(`there is no fault ${JSON.stringify(name)}`, {
    where: `fault ${written}`,
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}Faults: ${Object.keys(FAULTS).join(', ')}.`,
  });
}

function readPairs(written: string, list: string): (readonly [string, string])[] {
  if (list === '') return [];
  return list.split(',').map((pair) => {
    const [key = '', ...value] = pair.split('=');
    if (key === '' || value.length === 0) {
      throw new UsageError(`${JSON.stringify(pair)} is not a setting`, {
        where: `fault ${written}`,
        hint: 'Write name:key=value,key=value.',
      });
    }
    return [key.trim(), value.join('=').trim()] as const;
  });
}

/** Runs `read`; what zod has to say about the settings becomes a sentence. */
function explained<T>(written: string, fault: FaultEntry, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof ZodError)) throw thrown;
    const issue = thrown.issues[0]!;
    const what =
      issue.code === 'unrecognized_keys'
        ? `it has no setting ${issue.keys.join(', ')}`
        : `${issue.path.join('.')}: ${issue.message}`;
    const conditions = fault.actsOnRequests ? ` Conditions: ${CONDITION_NAMES.join(', ')}.` : '';
    throw new UsageError(`the fault is not written right: ${what}`, {
      where: `fault ${written}`,
      hint: `It does this: ${fault.summary}.${conditions}`,
      cause: thrown,
    });
  }
}

/** SGLang's versions are chosen like faults. */
function dialectFaults(): Record<keyof typeof DIALECTS, FaultEntry> {
  const entry = ({ summary, contract }: Dialect): FaultEntry =>
    faultMode({ summary, settings: noSettings, contract: () => contract });
  return {
    'sglang-old': entry(DIALECTS['sglang-old']),
    'sglang-2025-10': entry(DIALECTS['sglang-2025-10']),
    'sglang-2026-09': entry(DIALECTS['sglang-2026-09']),
  };
}
