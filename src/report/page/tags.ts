/** Axis → value of the thing that is tagged; an axis that is left out does not matter to it. */
export type AxisTag = Readonly<Record<string, string | number | undefined>>;

/**
 * Numbers every distinct combination of axis values once, so that a mark or a table row carries a short number
 * and the page's script looks the values up. Filtering by axis works on these numbers alone.
 */
export interface TagIndex {
  of(tag: AxisTag): number;
  /** Axis values by number, in the order they were first seen. */
  list(): Readonly<Record<string, string>>[];
  /** Distinct values by axis, in the order they were first seen. */
  axes(): ReadonlyMap<string, readonly string[]>;
}

export function createTagIndex(): TagIndex {
  const numbers = new Map<string, number>();
  const tags: Record<string, string>[] = [];
  const axes = new Map<string, string[]>();
  return {
    of(tag) {
      const entries = Object.entries(tag).flatMap(([axis, value]): [string, string][] =>
        value === undefined ? [] : [[axis, String(value)]],
      );
      const key = JSON.stringify(entries);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, tags.length);
      for (const [axis, value] of entries) {
        const values = axes.get(axis) ?? [];
        if (!values.includes(value)) axes.set(axis, [...values, value]);
      }
      tags.push(Object.fromEntries(entries));
      return tags.length - 1;
    },
    list: () => tags,
    axes: () => axes,
  };
}
