import type { Finding } from '../core/record/server-block.ts';

/** The stages of a run, in order. */
export const PHASES = ['data', 'server', 'probe', 'quality', 'load', 'report'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Everything a run says while it goes. The orchestration emits, `cli/` prints; nothing below prints by itself.
 */
export type RunEvent =
  | { readonly type: 'phase'; readonly phase: Phase; readonly title: string }
  | {
      readonly type: 'progress';
      readonly phase: Phase;
      readonly done: number;
      readonly total: number;
      /** What is being done right now. */
      readonly detail: string;
    }
  /** A fact worth a line of its own. */
  | { readonly type: 'note'; readonly message: string }
  /** Something that casts doubt on the run. */
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'finding'; readonly finding: Finding };

export type EmitRunEvent = (event: RunEvent) => void;
