import type * as z from 'zod';
import type { CompareOptions } from '../../../src/compare/compare-runs.ts';
import { compareForGate, judgeGate } from '../../../src/compare/gate/judge-gate.ts';
import type { GateResult } from '../../../src/compare/gate-result.ts';
import { gateConfigSchema, type gateRuleSchema } from '../../../src/config/gate-config.ts';
import type { RunRecord } from '../../../src/core/record/run-record.ts';

export type RuleInput = z.input<typeof gateRuleSchema>;

type GateOptions = Partial<Omit<z.input<typeof gateConfigSchema>, 'rules'>> &
  Pick<CompareOptions, 'mode' | 'force' | 'noiseFloor'>;

/** Compares and judges, as the command does. */
export function gateOf(
  rules: readonly RuleInput[],
  base: RunRecord,
  candidate: RunRecord,
  { mode, force, noiseFloor, ...settings }: GateOptions = {},
): GateResult {
  const gate = gateConfigSchema.parse({ rules, ...settings });
  const runs = { base, candidate };
  const comparison = compareForGate(gate, runs, {
    ...(mode === undefined ? {} : { mode }),
    ...(force === undefined ? {} : { force }),
    ...(noiseFloor === undefined ? {} : { noiseFloor }),
  });
  return judgeGate(gate, comparison, runs);
}
