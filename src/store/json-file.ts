import { readFileSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import { visibleText } from '../core/visible-text.ts';
import { fileError } from './file-error.ts';
import { jsonErrorOffset, lineAndColumn } from './json-syntax.ts';

/**
 * Reads a JSON file that dimsweep, or somebody else, wrote.
 *
 * @param what the file in words, for the error: `the record`
 * @throws UsageError when it cannot be read, is not UTF-8 or is not JSON, with file, line and column
 */
export function readJsonFile(path: string, what: string): unknown {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw fileError(`read ${what}`, path, cause);
  }
  const text = decode(bytes, path, what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw syntaxError(text, path, what, cause);
  }
}

function decode(bytes: Buffer, path: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${what} is not a text file`, {
      where: path,
      hint: 'Give a file that dimsweep wrote.',
      cause,
    });
  }
}

function syntaxError(text: string, path: string, what: string, cause: unknown): UsageError {
  if (text.trim() === '') {
    return new UsageError(`${what} is empty`, { where: path, hint: 'Give a complete file.', cause });
  }
  const offset = jsonErrorOffset(text);
  const { line, column } = lineAndColumn(text, offset);
  const where = `${path}:${line}:${column}`;
  if (offset >= text.length) {
    return new UsageError(`${what} breaks off: the file was cut short`, {
      where,
      hint: 'Copy it again from its source, or measure again.',
      cause,
    });
  }
  const found = visibleText(text.slice(offset, offset + 20).split('\n', 1)[0]!);
  return new UsageError(`${what} is not JSON: unexpected ${JSON.stringify(found)}`, {
    where,
    hint: 'Give a file that dimsweep wrote; it is not meant to be edited by hand.',
    cause,
  });
}
