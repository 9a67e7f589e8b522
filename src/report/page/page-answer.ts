import type { AnswerTile } from './answer-tile.ts';
import type { Block } from './blocks.ts';

/** First screen of a page about several runs (`templates/summary-answer.hbs`). */
export interface PageAnswer {
  readonly title: string;
  /** The sentence that a hurried reader needs. */
  readonly lead: string;
  readonly tiles: readonly AnswerTile[];
  readonly blocks: readonly Block[];
}
