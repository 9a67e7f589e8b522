import { answersCheck } from './checks/answers.ts';
import { authCheck } from './checks/auth.ts';
import { batchCheck } from './checks/batch.ts';
import { determinismCheck } from './checks/determinism.ts';
import { dimensionsCheck } from './checks/dimensions.ts';
import { encodingCheck } from './checks/encoding.ts';
import { flagsCheck } from './checks/flags.ts';
import { instructionCheck } from './checks/instruction.ts';
import { lengthCheck } from './checks/length.ts';
import { overwideCheck } from './checks/overwide.ts';
import { prefixCacheCheck } from './checks/prefix-cache.ts';
import { routesCheck } from './checks/routes.ts';
import { softwareCheck } from './checks/software.ts';
import { usageCheck } from './checks/usage.ts';
import { widthCheck } from './checks/width.ts';
import type { ProbeCheck } from './probe-check.ts';

/** Every question of the probe, in the order in which one builds on another. */
export const PROBE_CHECKS = [
  answersCheck,
  softwareCheck,
  authCheck,
  widthCheck,
  dimensionsCheck,
  overwideCheck,
  encodingCheck,
  instructionCheck,
  batchCheck,
  determinismCheck,
  usageCheck,
  prefixCacheCheck,
  lengthCheck,
  routesCheck,
  flagsCheck,
] as const satisfies readonly ProbeCheck[];
