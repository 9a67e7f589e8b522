import type { Badge } from './badge.ts';

/** One of the short answers on the first screen. */
export interface AnswerTile {
  readonly question: string;
  readonly value: string;
  readonly unit?: string;
  readonly badge?: Badge;
  readonly sentence: string;
  readonly doubts: readonly string[];
}
