import { UsageError } from '../core/errors.ts';
import { className, labelKey, quoted } from './label-value.ts';

/** The class of a raw label, or why it has none. */
type MappedLabel =
  | { readonly kind: 'class'; readonly name: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown' };

export type LabelMap = (raw: unknown) => MappedLabel;

/**
 * The function behind `dataset.labels`: class name → raw values that mean it. Without a map the raw value names
 * the class itself.
 *
 * @throws UsageError when one raw value is listed under two classes
 */
export function createLabelMap(
  labels: Readonly<Record<string, readonly (string | number | boolean)[]>> | undefined,
): LabelMap {
  const classOf = labels === undefined ? undefined : invert(labels);
  return (raw) => {
    const own = className(raw);
    if (own === null) return { kind: 'missing' };
    if (classOf === undefined) return { kind: 'class', name: own };
    const name = classOf.get(labelKey(raw));
    return name === undefined ? { kind: 'unknown' } : { kind: 'class', name };
  };
}

function invert(
  labels: Readonly<Record<string, readonly (string | number | boolean)[]>>,
): Map<string, string> {
  const classOf = new Map<string, string>();
  for (const [name, values] of Object.entries(labels)) {
    for (const value of values) {
      const key = labelKey(value);
      const earlier = classOf.get(key);
      if (earlier !== undefined && earlier !== name) {
        throw new UsageError(
          `dataset.labels gives ${quoted(value)} to ${quoted(earlier)} and to ${quoted(name)}`,
          { hint: 'List every raw value under one class.' },
        );
      }
      classOf.set(key, name);
    }
  }
  return classOf;
}
