import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isPair, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { type Config, configSchema } from './config.ts';
import { substituteEnvironment } from './environment-variables.ts';
import { type Complaint, explainIssue } from './explain-issue.ts';
import { applyOverrides } from './overrides.ts';

/** A validated config with the place it came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The file as given, for messages. */
  readonly file: string;
  /** Folder that relative paths in the config start from. */
  readonly baseDirectory: string;
}

interface ReadOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--set path=value` settings, in order. */
  readonly overrides?: readonly string[];
}

/**
 * Reads, substitutes, overrides and validates a YAML or JSON config.
 *
 * @throws UsageError with every complaint, each with file, line, column, the bad value and what is allowed
 */
export function readConfig(file: string, options: ReadOptions): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`cannot read the config ${file}`, {
      hint: 'Give the path of a config, or write one with: dimsweep init',
      cause,
    });
  }
  return { config: parseConfig(text, file, options), file, baseDirectory: dirname(resolve(file)) };
}

/** {@link readConfig} for a text that is at hand; `file` names it in messages. */
export function parseConfig(text: string, file: string, options: ReadOptions): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const position = lines.linePos(offset);
    return `${file}:${position.line}:${position.col}`;
  };
  const syntax = document.errors[0];
  if (syntax !== undefined) {
    throw new UsageError(`the config is not YAML: ${syntax.message}`, { where: at(syntax.pos[0]) });
  }
  substituteEnvironment(document, options.environment, at);
  const overridden = applyOverrides(document, options.overrides ?? []);
  const parsed = configSchema.safeParse(plainValue(document, file), { reportInput: true });
  if (parsed.success) return parsed.data;
  const schema = z.toJSONSchema(configSchema, { io: 'input' });
  const complaints = parsed.error.issues.flatMap((issue) => explainIssue(issue, schema));
  const messages = complaints.map((complaint) => renderComplaint(complaint, document, overridden, at, file));
  throw new UsageError(
    complaints.length === 1
      ? `the config is wrong: ${messages[0]}`
      : `the config is wrong in ${complaints.length} places:\n  ${messages.join('\n  ')}`,
    { hint: 'configs/schema.json describes every key; dimsweep init writes a commented example.' },
  );
}

/** The document's plain value; an alias that expands without end is refused. */
function plainValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new UsageError('the aliases of the config expand to too much', { where: file, cause });
  }
}

function renderComplaint(
  complaint: Complaint,
  document: Document,
  overridden: ReadonlySet<string>,
  at: (offset: number) => string,
  file: string,
): string {
  const path = complaint.path.join('.');
  const setting = [...overridden].find((set) => path === set || path.startsWith(`${set}.`));
  const offset = offsetOf(document, complaint);
  const place = setting !== undefined ? '--set' : offset === undefined ? file : at(offset);
  return `${place} ${path === '' ? 'the config' : path}${complaint.sentence.startsWith('is ') ? ' ' : ': '}${complaint.sentence}`;
}

/** Offset of the value (or key) a complaint is about, or of the nearest parent that is written. */
function offsetOf(document: Document, complaint: Complaint): number | undefined {
  for (let length = complaint.path.length; length >= 0; length--) {
    const path = complaint.path.slice(0, length);
    if (length > 0) {
      const parent = length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
      const key = path[length - 1];
      const pair = isMap(parent)
        ? parent.items.find((item) => isPair(item) && String(item.key) === String(key))
        : undefined;
      const keyRange = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
      const valueRange = (pair?.value as { range?: [number, number, number] } | undefined)?.range;
      const range = complaint.aboutKey ? keyRange : (valueRange ?? keyRange);
      if (range) return range[0];
    }
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return node.range[0];
  }
  return undefined;
}
