/** Axis → value of the thing that is tagged; an axis that is left out does not matter to it. */
export type AxisTag = Readonly<Record<string, string | number | undefined>>;

/**
 * Numbers every distinct combination of axis values once, so that a mark or a table row carries a short number
 * and the page's script looks the values up. Filtering by axis works on these numbers alone.
 */
export interface TagIndex {
  of(tag: AxisTag): number;
  /** All combinations by number, packed for the page. */
  packed(): PackedTags;
}

/** Axes with their distinct values in the order they were first seen, and combinations as value numbers. */
export interface PackedTags {
  readonly axes: readonly PackedAxis[];
  /** For each combination the value number on each axis; −1 where the axis does not matter. */
  readonly tags: readonly (readonly number[])[];
}

export interface PackedAxis {
  readonly axis: string;
  readonly values: readonly string[];
}

export function createTagIndex(): TagIndex {
  const numbers = new Map<string, number>();
  const axes: { axis: string; values: string[] }[] = [];
  const tags: number[][] = [];
  const position = <T>(list: T[], matches: (item: T) => boolean, create: () => T): number => {
    const found = list.findIndex(matches);
    return found === -1 ? list.push(create()) - 1 : found;
  };
  return {
    of(tag) {
      const combination: number[] = [];
      for (const [axis, value] of Object.entries(tag)) {
        if (value === undefined) continue;
        const a = position(
          axes,
          (known) => known.axis === axis,
          () => ({ axis, values: [] }),
        );
        const { values } = axes[a]!;
        combination[a] = position(
          values,
          (known) => known === String(value),
          () => String(value),
        );
      }
      const full = Array.from(combination, (value) => value ?? -1);
      const key = full.join(' ');
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, tags.length);
      return tags.push(full) - 1;
    },
    packed: () => ({ axes, tags }),
  };
}
