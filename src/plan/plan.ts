import type { Config } from '../config/config.ts';
import type { LoadCell, QualityCell } from '../core/cell.ts';
import { loadCells } from './load-cells.ts';
import { qualityCells } from './quality-cells.ts';
import { type TrialSlot, trialOrder } from './trial-order.ts';

/** All cells of a run and the order their trials are measured in. */
export interface Plan {
  readonly quality: readonly QualityCell[];
  readonly load: readonly LoadCell[];
  readonly trials: readonly TrialSlot[];
}

/** Expands a config into its plan; equal configs give equal plans. */
export function createPlan(config: Config): Plan {
  const load = loadCells(config);
  const trials = config.load === false ? [] : trialOrder(load, config.load.trials, config.seed);
  return { quality: qualityCells(config), load, trials };
}
