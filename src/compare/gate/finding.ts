import type { GateCheck } from '../gate-result.ts';

/** What a check found. */
export type Finding = Pick<GateCheck, 'outcome' | 'reason'>;

export function pass(reason: string): Finding {
  return { outcome: 'pass', reason };
}

export function fail(reason: string): Finding {
  return { outcome: 'fail', reason };
}

export function undecided(reason: string): Finding {
  return { outcome: 'undecided', reason };
}
