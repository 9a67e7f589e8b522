interface Options {
  /** Write object members in the order of their names, so that a difference shows only what changed. */
  readonly sortKeys?: boolean;
}

/**
 * JSON for people who review a difference: one member per line, but a list of plain values, or of short lists of
 * plain values, on a single line. Members that are `undefined` are left out, as `JSON.stringify` does.
 */
export function reviewableJson(value: unknown, options: Options = {}): string {
  return `${write(value, '', options)}\n`;
}

function write(value: unknown, indent: string, options: Options): string {
  if (Array.isArray(value)) {
    if (value.every(isFlat)) return JSON.stringify(value);
    const inner = `${indent}  `;
    const lines = value.map((item) => `${inner}${write(item ?? null, inner, options)}`);
    return `[\n${lines.join(',\n')}\n${indent}]`;
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  if (options.sortKeys) members.sort(([a], [b]) => (a < b ? -1 : 1));
  const inner = `${indent}  `;
  const lines = members.map(
    ([key, member]) => `${inner}${JSON.stringify(key)}: ${write(member, inner, options)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function isFlat(value: unknown): boolean {
  return Array.isArray(value) ? value.length <= 8 && value.every(isPlain) : isPlain(value);
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
