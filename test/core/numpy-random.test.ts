import { describe, expect, it } from 'vitest';
import { createNumpyRandom } from '../../src/core/numpy-random.ts';
import { readFixtures, readGolden } from '../reference/golden.ts';

describe("NumPy's legacy generator", () => {
  it.each(readGolden().generator)('draws the same sequence for seed $seed', (reference) => {
    const random = createNumpyRandom(reference.seed);
    expect(Array.from({ length: 5 }, () => random.randomSample())).toEqual(reference.samples);
    expect([1, 2, 3, 10, 1000, 2 ** 31, 2 ** 32].map((bound) => random.randint(bound))).toEqual(
      reference.integers,
    );
    expect([...random.permutation(23)]).toEqual(reference.permutation);
    expect([...random.choice(Int32Array.of(5, 7, 11, 13, 17), 3)]).toEqual(reference.choice);
    expect(random.choiceUniform(1000)).toBe(reference.weighted);
    expect(random.randomSample()).toBe(reference.after);
  });

  it('agrees with NumPy 2 as well', () => {
    const reference = readFixtures()['numpy_legacy_rng'];
    const words = createNumpyRandom(reference.seed);
    expect(reference.first_uint32.map(() => words.uint32())).toEqual(reference.first_uint32);
    expect([...createNumpyRandom(42).permutation(10)]).toEqual(reference.permutation_10);
    expect([...createNumpyRandom(0).permutation(17)]).toEqual(reference.permutation_17_seed0);
  });

  it('leaves the shuffled input of permutation as it was', () => {
    const items = Int32Array.of(3, 1, 2);
    createNumpyRandom(1).permutation(items);
    expect([...items]).toEqual([3, 1, 2]);
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuses seed %s', (seed) => {
    expect(() => createNumpyRandom(seed)).toThrow(RangeError);
  });
});
