import type { FAULTS } from '../../../src/embedded/faults.ts';

type FaultName = keyof typeof FAULTS;

/** Where dimsweep says what is wrong with a server that has the fault; a test beside this file proves each. */
const NAMED_BY = {
  service: 'cell',
  slow: 'run',
  stall: 'cell',
  ramp: 'cell',
  jitter: 'cell',
  hang: 'cell',
  'burst-503': 'cell',
  'burst-429': 'cell',
  'queue-limit': 'cell',
  'refuse-dimensions': 'probe',
  'refuse-base64': 'probe',
  'generation-mode': 'probe',
  'ignore-dimensions': 'probe',
  'no-renormalise': 'probe',
  'ignore-encoding': 'probe',
  'auto-truncate': 'probe',
  'prefix-cache': 'probe',
  'prefix-cache-silent': 'probe',
  'no-metrics': 'probe',
  'shuffled-index': 'probe',
  nan: 'probe',
  'all-zero': 'probe',
  'wrong-length': 'probe',
  perturb: 'run',
  drift: 'cell',
  'swapped-rows': 'probe',
  'reset-mid-body': 'cell',
  'truncated-body': 'cell',
  'slow-serialisation': 'probe',
  'wrong-usage': 'probe',
  leak: 'run',
  'sglang-old': 'probe',
  'sglang-2025-10': 'probe',
  'sglang-2026-09': 'probe',
} as const satisfies Record<FaultName, 'probe' | 'cell' | 'run'>;

/** The faults that one place names: a table with these keys leaves none out. */
export type NamedBy<Place extends (typeof NAMED_BY)[FaultName]> = {
  [Name in FaultName]: (typeof NAMED_BY)[Name] extends Place ? Name : never;
}[FaultName];
