import { cacheKey } from '../../cache/cache-key.ts';
import type { Config } from '../../config/config.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { TextRole } from '../../quality/tasks/task.ts';
import { type PromptTemplate, promptTemplate } from '../../server/prompt.ts';
import type { EmbedSettings, Prompt } from './embed-prompts.ts';

/** One value of the instruction axis with the template that brings it into prompts. */
export interface Instruction {
  readonly name: string;
  readonly text: string | null;
  readonly template: PromptTemplate;
}

/** The config's instructions in their order; the first is the reference. */
export function instructionsOf(config: Config): Instruction[] {
  const template = promptTemplate(config.server.model, config.server.instructionTemplate);
  return Object.entries(config.axes.instruction).map(([name, text]) => ({ name, text, template }));
}

/** The instruction as the record keeps it: with a prompt exactly as it travels. */
export function instructionRecord(
  instruction: Instruction,
  firstText: string,
): RunRecord['instructions'][number] {
  return {
    name: instruction.name,
    text: instruction.text,
    template: instruction.template.name,
    example: instruction.template.apply(instruction.text, firstText),
  };
}

export interface PromptSource {
  readonly id: string;
  readonly text: string;
  readonly role: TextRole;
}

/** What a vector depends on beside its text. */
export interface VectorOrigin {
  readonly model: string;
  /** The server's fingerprint. */
  readonly fingerprint: string;
}

/** Texts as prompts of an instruction; documents go raw, as asymmetric models want them. */
export function promptsOf(
  instruction: Instruction,
  sources: readonly PromptSource[],
  origin: VectorOrigin,
  { dimensions, encoding }: EmbedSettings,
): Prompt[] {
  const { template, text: sentence } = instruction;
  return sources.map(({ id, text, role }) => ({
    id,
    text: template.apply(sentence, text, role === 'document' ? 'document' : 'query'),
    cacheKey: cacheKey({
      ...origin,
      instruction: sentence,
      template: template.name,
      role,
      text,
      encoding,
      dimensions,
    }),
  }));
}
