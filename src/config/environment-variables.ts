import { type Document, isScalar, parse, Scalar, visit } from 'yaml';
import { UsageError } from '../core/errors.ts';

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in every string scalar of the document, in place. An unquoted
 * scalar gets its type after substitution, so `seconds: ${SECONDS:-5}` is a number; a quoted one stays text.
 *
 * @param locate turns a scalar's offset into `file:line:column` for the error
 * @throws UsageError when a variable without a default is not set
 */
export function substituteEnvironment(
  document: Document,
  environment: Readonly<Record<string, string | undefined>>,
  locate: (offset: number) => string,
): void {
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const text = node.value.replace(REFERENCE, (_, name: string, fallback: string | undefined) => {
        const value = environment[name];
        if (value !== undefined && value !== '') return value;
        if (fallback !== undefined) return fallback;
        throw new UsageError(`the environment variable ${name} is not set`, {
          where: locate(node.range?.[0] ?? 0),
          hint: `Set it, or give a default: \${${name}:-value}.`,
        });
      });
      node.value = node.type === Scalar.PLAIN ? retyped(text) : text;
    },
  });
}

/** A plain scalar's value by YAML's own rules, but never more than a scalar. */
function retyped(text: string): unknown {
  if (!/^(true|false|null|~|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) return text;
  const value: unknown = parse(text);
  return isScalar(value) ? value.value : value;
}
