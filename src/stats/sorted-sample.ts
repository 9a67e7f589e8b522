declare const sorted: unique symbol;

/** A finite sample in ascending order: functions that need one say so in their type. */
export type SortedSample = Float64Array & { readonly [sorted]: true };

/**
 * An ascending copy of the sample; the input stays as it is.
 *
 * @throws RangeError when a value is not finite: a missing latency must be counted, not sorted in somewhere.
 */
export function sortedSample(values: ArrayLike<number>): SortedSample {
  const copy = Float64Array.from(values);
  for (const value of copy) {
    if (!Number.isFinite(value))
      throw new RangeError(`a sample holds ${value}; leave out what was not measured`);
  }
  return copy.sort() as SortedSample;
}
