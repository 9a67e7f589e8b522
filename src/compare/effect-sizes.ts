import type { NoiseFloor } from '../core/record/noise-floor.ts';
import type { ComparisonMode } from './comparison.ts';
import type { DifferenceSubject, MeasuredChange } from './difference.ts';
import type { JudgeOptions } from './judge.ts';

interface LoadEffects {
  readonly relative: number;
  readonly absolute: number;
}

/**
 * Smallest changes of load figures that are called where this machine was not calibrated. Two runs at two times
 * differ by more than their trials show (another start, another neighbour); trials in alternation share all that.
 * Of a calibration itself everything is shown.
 */
const ASSUMED_FLOOR: Readonly<Record<ComparisonMode, LoadEffects>> = {
  runs: { relative: 0.05, absolute: 0.005 },
  live: { relative: 0.02, absolute: 0.002 },
  self: { relative: 0, absolute: 0 },
};
/** Changes of load figures that nobody acts on: what lies within them counts as the same. */
const TOLERANCE: LoadEffects = { relative: 0.05, absolute: 0.005 };

export interface EffectSettings {
  readonly mode: ComparisonMode;
  /** Largest relative loss of a score that counts as equal. */
  readonly margin: number;
  readonly noiseFloor: NoiseFloor | undefined;
  /** What decides something for a figure, where somebody has said so. */
  readonly tolerance:
    | ((subject: DifferenceSubject, change: MeasuredChange) => number | undefined)
    | undefined;
}

/** What counts as a change, and what counts as none, figure by figure. */
export function effectSizes(settings: EffectSettings): Pick<JudgeOptions, 'leastEffect' | 'tolerance'> {
  return {
    leastEffect: (subject, change) =>
      subject.kind === 'load' && change !== undefined ? leastLoadEffect(subject, change, settings) : 0,
    tolerance: (subject, change) => {
      if (change === undefined) return 0;
      const declared = settings.tolerance?.(subject, change);
      if (declared !== undefined) return declared;
      if (subject.kind === 'quality') return settings.margin * Math.abs(change.base);
      return subject.kind === 'load' ? TOLERANCE[change.scale] : 0;
    },
  };
}

/** A calibration in alternation says nothing about what lies between two runs, so it can only raise that. */
function leastLoadEffect(
  { cell, metricId }: DifferenceSubject,
  { scale }: MeasuredChange,
  { mode, noiseFloor }: EffectSettings,
): number {
  const assumed = ASSUMED_FLOOR[mode][scale];
  const floor = noiseFloor?.metrics[metricId];
  if (mode === 'self' || floor === undefined || floor.scale !== scale) return assumed;
  const measured = floor.cells[cell] ?? floor.leastEffect;
  return mode === 'runs' ? Math.max(assumed, measured) : measured;
}
