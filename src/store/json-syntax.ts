const SPACE = ' \t\n\r';
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number that the end of the text cuts short. */
const CUT_NUMBER = /-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?)?)?$/y;
const WORD = /true|false|null/y;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** What has been read: the open brackets, and what may come next. */
interface State {
  readonly open: string[];
  expected: keyof typeof STEPS;
}

/** Reads one piece of `text` at `at` and says where it ends, or the complement of the offset of its error. */
type Step = (text: string, at: number, state: State) => number;

const STEPS = {
  value: readValue,
  valueOrClose: (text, at, state) => (text[at] === ']' ? close(at, state) : readValue(text, at, state)),
  key: readKey,
  keyOrClose: (text, at, state) => (text[at] === '}' ? close(at, state) : readKey(text, at, state)),
  colon: (text, at, state) => {
    state.expected = 'value';
    return text[at] === ':' ? at + 1 : ~at;
  },
  commaOrClose: (text, at, state) => {
    const bracket = state.open.at(-1);
    if (bracket !== undefined && text[at] === ',') {
      state.expected = bracket === '{' ? 'key' : 'value';
      return at + 1;
    }
    return text[at] === (bracket === '{' ? '}' : ']') && bracket !== undefined ? close(at, state) : ~at;
  },
} satisfies Record<string, Step>;

/**
 * Offset of the first character at which the text stops being JSON; the text's length when it only ends too soon.
 * `JSON.parse` is faster, but does not always say where: this runs when it has already refused.
 */
export function jsonErrorOffset(text: string): number {
  const state: State = { open: [], expected: 'value' };
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const end = STEPS[state.expected](text, at, state);
    if (end < 0) return ~end;
    at = skipSpace(text, end);
  }
  return text.length;
}

/** 1-based line and column of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: offset - lastBreak };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACE.includes(text[at]!)) at++;
  return at;
}

function readValue(text: string, at: number, state: State): number {
  const character = text[at]!;
  if (character === '{' || character === '[') {
    state.open.push(character);
    state.expected = character === '{' ? 'keyOrClose' : 'valueOrClose';
    return at + 1;
  }
  state.expected = 'commaOrClose';
  return scalarEnd(text, at);
}

function readKey(text: string, at: number, state: State): number {
  state.expected = 'colon';
  return text[at] === '"' ? stringEnd(text, at) : ~at;
}

function close(at: number, state: State): number {
  state.open.pop();
  state.expected = 'commaOrClose';
  return at + 1;
}

/** End of the string, number or word at `at`, or the complement of the offset of its error. */
function scalarEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  CUT_NUMBER.lastIndex = at;
  if (CUT_NUMBER.test(text)) return ~text.length;
  for (const pattern of [NUMBER, WORD]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  const rest = text.slice(at, at + 5);
  return ['true', 'false', 'null'].some((word) => word.startsWith(rest)) ? ~text.length : ~at;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') return at + 1;
    if (character < ' ') return ~at;
    if (character === '\\') {
      ESCAPE.lastIndex = at + 1;
      if (!ESCAPE.test(text)) return endsInEscape(text, at + 1) ? ~text.length : ~at;
      at = ESCAPE.lastIndex - 1;
    }
  }
  return ~text.length;
}

/** Whether the text ends before the escape behind a backslash is complete. */
function endsInEscape(text: string, from: number): boolean {
  const rest = text.slice(from, from + 6);
  return from + rest.length >= text.length && /^(u[0-9a-fA-F]{0,3})?$/.test(rest);
}
