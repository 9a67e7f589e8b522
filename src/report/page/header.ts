import type { Badge } from './badge.ts';

/** What a page is about, before anything that was found. */
export interface Header {
  /** `run report`, beside the name of the program. */
  readonly kind: string;
  readonly title: string;
  readonly status?: Badge;
  /** Term and value pairs, in reading order. */
  readonly particulars: readonly { readonly term: string; readonly value: string }[];
  readonly doubtsTitle: string;
  /** Doubts about all that follows. */
  readonly doubts: readonly string[];
  /** What the page was made from, in words. */
  readonly source: string;
}
