import type { QualityEngine } from './engine.ts';
import { createMlEngine } from './engines/ml.ts';
import { createNativeEngine } from './engines/native.ts';

/** Settings of the engines, by the engine's name in the config. */
export interface EngineSettings {
  /** Gradient steps of the `ml` engine's classifier. */
  readonly mlSteps: number;
  /** Compute threads of the `native` engine. */
  readonly threads: number;
}

/** Engines that a config can name. */
export const ENGINES = {
  native: ({ threads }) => createNativeEngine({ threads }),
  ml: ({ mlSteps }) => createMlEngine({ steps: mlSteps }),
} satisfies Record<QualityEngine['id'], (settings: EngineSettings) => QualityEngine>;
