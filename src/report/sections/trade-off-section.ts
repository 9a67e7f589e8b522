import type { Section } from '../page/blocks.ts';
import { frontierBlocks } from './frontier-section.ts';
import type { RunView } from './run-view.ts';

export function tradeOffSection(view: RunView): Section | undefined {
  const blocks = frontierBlocks(view);
  if (blocks.length === 0) return undefined;
  const { candidates, frontier } = view.answer;
  return {
    id: 'trade-offs',
    title: 'Trade-offs',
    lead: `${frontier.size} of ${candidates.length} configurations are worth considering; each of the others is beaten by one of them.`,
    blocks,
  };
}
