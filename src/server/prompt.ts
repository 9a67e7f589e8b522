import { UsageError } from '../core/errors.ts';

/** Whether a text is looked for or looks for others: instructed models treat the two differently. */
export type PromptRole = 'query' | 'document';

/** Puts a text's instruction in front of it, byte for byte as its model was trained. */
export interface PromptTemplate {
  /** `qwen3`, `prefix`, or the user's own template. */
  readonly name: string;
  /**
   * The prompt as it is sent.
   *
   * @param instruction the task in one sentence; null: the text goes as it is
   * @param role `document` leaves the text raw, as in asymmetric retrieval; everything else is a `query`
   */
  apply(instruction: string | null, text: string, role?: PromptRole): string;
}

/** Templates that a config can name. Sources: Qwen3-Embedding's README; E5's and BGE's plain prefixes. */
const PROMPT_TEMPLATES = {
  /** The task on its own line; no space behind `Query:`. */
  qwen3: template('qwen3', 'Instruct: {instruction}\nQuery:{text}'),
  /** The layout of E5-Mistral and its followers, with a space behind `Query:`. */
  'e5-instruct': template('e5-instruct', 'Instruct: {instruction}\nQuery: {text}'),
  prefix: template('prefix', '{instruction} {text}'),
} satisfies Record<string, PromptTemplate>;

/** Model families whose template is known, by a part of the model's name. */
const FAMILIES: readonly (readonly [RegExp, keyof typeof PROMPT_TEMPLATES])[] = [
  [/qwen3[-_.]?embedding/i, 'qwen3'],
  [/e5-mistral|multilingual-e5-large-instruct|gte-qwen|linq-embed|sfr-embedding/i, 'e5-instruct'],
];

/**
 * The template of a model: the one that the config names or spells out, else that of the model's family, else
 * `prefix`.
 *
 * @throws UsageError when a template of the user's own lacks `{instruction}` or `{text}`
 */
export function promptTemplate(model: string, configured?: string): PromptTemplate {
  if (configured === undefined) {
    const family = FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? 'prefix';
    return PROMPT_TEMPLATES[family];
  }
  if (Object.hasOwn(PROMPT_TEMPLATES, configured)) {
    return PROMPT_TEMPLATES[configured as keyof typeof PROMPT_TEMPLATES];
  }
  for (const part of ['{instruction}', '{text}']) {
    if (configured.split(part).length !== 2) {
      throw new UsageError(`the instruction template ${JSON.stringify(configured)} must hold ${part} once`, {
        where: 'server.instructionTemplate',
        hint: `Write one of ${Object.keys(PROMPT_TEMPLATES).join(', ')}, or a template such as "{instruction}: {text}".`,
      });
    }
  }
  return template('custom', configured);
}

function template(name: string, pattern: string): PromptTemplate {
  return {
    name,
    apply: (instruction, text, role = 'query') =>
      instruction === null || role === 'document'
        ? text
        : pattern.replace(/\{instruction\}|\{text\}/g, (part) => (part === '{text}' ? text : instruction)),
  };
}
