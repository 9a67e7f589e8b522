import { UsageError } from '../core/errors.ts';
import { METRICS, type MetricId } from '../core/metrics.ts';
import { nearestName } from '../core/nearest-name.ts';
import { type CellSelector, requireAxes } from './cell-selector.ts';

/** What a claim speaks of: a metric at some cells, or the share that a width retains of the native one. */
export interface ClaimTerm {
  readonly metric: MetricId | 'retention';
  /** What `retention` is of; the metric itself otherwise. */
  readonly of: MetricId;
  /** Label column of a clustering metric, as in `ari[domain]`. */
  readonly column?: string;
  readonly selector: CellSelector;
}

export type ClaimOperator = '>=' | '<=' | '>' | '<';

/** `left operator factor`, or `left operator factor × right`. */
export interface Claim {
  readonly text: string;
  readonly left: ClaimTerm;
  readonly operator: ClaimOperator;
  readonly factor: number;
  readonly right?: ClaimTerm;
}

/**
 * Reads claims such as `accuracy@2560 >= 0.89`, `ari[domain] >= 0.4`, `retention@512 >= 97%`,
 * `accuracy[instruction=sentiment,dtype=int8]@512 >= 0.98 * accuracy[instruction=sentiment]@2560`,
 * `vectorBytes@512 <= 0.2 * vectorBytes@2560` and `serviceP95Ms{batchSize=8,concurrency=4} <= 50`.
 *
 * Grammar: `term operator bound`; bound: number, `number * term`, `term * number` or `term`; term:
 * `metric`, then in any order `[column]`, `[axis=value,…]` or `{axis=value,…}`, and `@dimensions`. For
 * `retention`, `[metric]` says of what; default accuracy. A number may end in `%`.
 *
 * @throws UsageError that names the claim, the position and the nearest metric or axis
 */
export function parseClaim(text: string): Claim {
  const reader = createReader(text);
  const left = readTerm(reader);
  const operator = reader.take(/(>=|<=|>|<)/y, 'one of >=, <=, >, <') as ClaimOperator;
  const bound = readBound(reader);
  reader.end();
  return { text, left, operator, ...bound };
}

interface Reader {
  /** The next token if it matches, else undefined; blanks before it are skipped. */
  accept(pattern: RegExp): string | undefined;
  take(pattern: RegExp, expected: string): string;
  end(): void;
  readonly position: number;
  fail(message: string, hint?: string): never;
}

function createReader(text: string): Reader {
  let position = 0;
  const fail = (message: string, hint?: string): never => {
    throw new UsageError(`the claim "${text}": ${message} at position ${position + 1}`, {
      where: 'claims',
      hint: hint ?? 'write claims like "accuracy@2560 >= 0.89" or "retention@512 >= 0.97"',
    });
  };
  const skipBlanks = (): void => {
    while (/\s/.test(text.charAt(position))) position++;
  };
  const accept = (pattern: RegExp): string | undefined => {
    skipBlanks();
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    position = pattern.lastIndex;
    return match[0];
  };
  return {
    accept,
    take(pattern, expected) {
      const token = accept(pattern);
      if (token !== undefined) return token;
      const found =
        position >= text.length ? 'the claim ends' : `"${text.slice(position, position + 12)}" stands`;
      return fail(`expected ${expected}, but ${found}`);
    },
    end() {
      skipBlanks();
      if (position < text.length) fail(`"${text.slice(position)}" is left over`);
    },
    get position() {
      return position;
    },
    fail,
  };
}

const NUMBER = /[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?%?/iy;
const NAME = /[A-Za-z][A-Za-z0-9]*/y;
/** A column, axis or value: anything but what separates them. */
const WORD = /[^\s,=[\]{}@][^,=[\]{}]*/y;

function readBound(reader: Reader): { factor: number; right?: ClaimTerm } {
  const number = reader.accept(NUMBER);
  if (number !== undefined) {
    if (reader.accept(/\*/y) === undefined) return { factor: toNumber(number) };
    return { factor: toNumber(number), right: readTerm(reader) };
  }
  const right = readTerm(reader);
  if (reader.accept(/\*/y) === undefined) return { factor: 1, right };
  return { factor: toNumber(reader.take(NUMBER, 'a number')), right };
}

function toNumber(text: string): number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function readTerm(reader: Reader): ClaimTerm {
  const metric = readMetric(reader);
  const selector: Record<string, string | number> = {};
  let word: string | undefined;
  for (;;) {
    if (reader.accept(/@/y) !== undefined) {
      selector['dimensions'] = Number(reader.take(/\d+/y, 'a number of dimensions'));
    } else if (reader.accept(/\[/y) !== undefined) {
      word = readList(reader, selector, /\]/y, ']') ?? word;
    } else if (reader.accept(/\{/y) !== undefined) {
      if (readList(reader, selector, /\}/y, '}') !== undefined) reader.fail('expected axis=value in braces');
    } else break;
  }
  requireAxes(selector, 'claims');
  if (metric === 'retention') return { metric, of: retained(reader, word), selector };
  return { metric, of: metric, selector, ...(word === undefined ? {} : { column: word }) };
}

function readMetric(reader: Reader): MetricId | 'retention' {
  const start = reader.position;
  const name = reader.take(NAME, 'a metric');
  if (name === 'retention') return name;
  if (isMetric(name)) return name;
  const near = nearestName(name, [...Object.keys(METRICS), 'retention']);
  throw new UsageError(`there is no metric "${name}" (claim position ${start + 1})`, {
    where: 'claims',
    hint: near === undefined ? `metrics are ${Object.keys(METRICS).join(', ')}` : `did you mean ${near}?`,
  });
}

/** What stands in the brackets of `retention`: the metric it is of. */
function retained(reader: Reader, word: string | undefined): MetricId {
  if (word === undefined) return 'accuracy';
  if (isMetric(word) && METRICS[word].kind === 'quality') return word;
  const near = nearestName(word, Object.keys(METRICS));
  return reader.fail(
    `retention is of a quality metric, not of "${word}"`,
    near === undefined ? undefined : `did you mean retention[${near}]?`,
  );
}

/** Reads `axis=value` entries into the selector; a single bare word is returned. */
function readList(
  reader: Reader,
  selector: Record<string, string | number>,
  close: RegExp,
  closing: string,
): string | undefined {
  let bare: string | undefined;
  do {
    const name = reader.take(WORD, 'a name').trim();
    if (reader.accept(/=/y) === undefined) {
      if (bare !== undefined) reader.fail('two names stand in one bracket');
      bare = name;
    } else {
      const value = reader.take(WORD, 'a value').trim();
      selector[name] = /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    }
  } while (reader.accept(/,/y) !== undefined);
  reader.take(close, `"${closing}"`);
  return bare;
}

function isMetric(name: string): name is MetricId {
  return Object.hasOwn(METRICS, name);
}
