import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReplyEntry, Usage } from '../faults/fault.ts';
import { base64Text, floatsText } from './vector-text.ts';

/** Numbers that are written before other requests get their turn: a few milliseconds. */
const NUMBERS_PER_TURN = 32_768;

/** What stands around the vectors. */
export interface BodyFrame {
  readonly model: string;
  /** Undefined: the answer has none. */
  readonly usage: Usage | undefined;
  readonly reasoningTokens: boolean;
}

/**
 * The body of an answer in pieces, its keys in SGLang's order. Long bodies are written over several turns of the
 * event loop, so that other requests are not held up.
 */
export async function embeddingBody(
  entries: readonly ReplyEntry[],
  encoding: 'float' | 'base64',
  frame: BodyFrame,
): Promise<Buffer[]> {
  const vectorText = encoding === 'float' ? floatsText : base64Text;
  const pieces: Buffer[] = [];
  let text = '{"data":[';
  let numbers = 0;
  for (const [i, { index, vector }] of entries.entries()) {
    text += `${i > 0 ? ',' : ''}{"embedding":${vectorText(vector)},"index":${index},"object":"embedding"}`;
    numbers += encoding === 'float' ? vector.length : vector.length >> 4;
    if (numbers >= NUMBERS_PER_TURN) {
      pieces.push(Buffer.from(text, 'latin1'));
      text = '';
      numbers = 0;
      await nextTurn();
    }
  }
  pieces.push(Buffer.from(`${text}${bodyEnd(frame)}`));
  return pieces;
}

/** From the end of `data` to the end of the body. */
export function bodyEnd({ model, usage, reasoningTokens }: BodyFrame): string {
  return `],"model":${JSON.stringify(model)},"object":"list","usage":${usageText(usage, reasoningTokens)}}`;
}

/** Cached tokens are never told here, not even with `--enable-cache-report`. */
function usageText(usage: Usage | undefined, reasoningTokens: boolean): string {
  if (usage === undefined) return 'null';
  const reasoning = reasoningTokens ? ',"reasoning_tokens":0' : '';
  return `{"prompt_tokens":${usage.promptTokens},"total_tokens":${usage.totalTokens},"completion_tokens":0,"prompt_tokens_details":null${reasoning}}`;
}
