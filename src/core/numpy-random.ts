/**
 * NumPy's legacy generator (`numpy.random.RandomState`): MT19937 seeded by an integer. scikit-learn draws from
 * it wherever it takes a `random_state`, so splits and k-means starts agree with it seed by seed.
 * Source: Matsumoto & Nishimura 1998 (mt19937ar.c) and NumPy's documented legacy distributions, which are frozen.
 */
export interface NumpyRandom {
  /** The generator's next 32-bit word. */
  uint32(): number;
  /** `random_sample()`: uniform in [0, 1) with 53 bits. */
  randomSample(): number;
  /** `randint(bound)`: uniform integer in [0, bound), bound ≤ 2³². */
  randint(bound: number): number;
  /** `shuffle(items)`, in place. */
  shuffle(items: Int32Array): void;
  /** `permutation(n)`, or of a copy of `items`. */
  permutation(items: number | Int32Array): Int32Array;
  /** `choice(items, size, replace=False)`. */
  choice(items: Int32Array, size: number): Int32Array;
  /** `choice(n, p=…)` with all weights equal: the index of one draw. */
  choiceUniform(n: number): number;
}

const WORDS = 624;
const SHIFT = 397;
const TWIST = 0x9908b0df;

/**
 * @param seed `random_state`: an integer in [0, 2³²−1]
 * @throws RangeError for any other seed
 */
export function createNumpyRandom(seed: number): NumpyRandom {
  const uint32 = createMersenneTwister(seed);
  const randomSample = (): number => {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  const randint = (bound: number): number => boundedDraw(uint32, bound - 1);
  const shuffle = (items: Int32Array): void => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = boundedDraw(uint32, i);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
  };
  const permutation = (items: number | Int32Array): Int32Array => {
    const copy = typeof items === 'number' ? Int32Array.from({ length: items }, (_, i) => i) : items.slice();
    shuffle(copy);
    return copy;
  };
  return {
    uint32,
    randomSample,
    randint,
    shuffle,
    permutation,
    choice: (items, size) => {
      const order = permutation(items.length);
      return Int32Array.from({ length: size }, (_, i) => items[order[i]!]!);
    },
    choiceUniform: (n) => searchUniform(n, randomSample()),
  };
}

/** Uniform in [0, max] by masked rejection: one 32-bit word per try, none for max = 0. */
function boundedDraw(uint32: () => number, max: number): number {
  if (max === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(max);
  for (;;) {
    const value = (uint32() & mask) >>> 0;
    if (value <= max) return value;
  }
}

/** First index whose normalised cumulative weight exceeds `u`, all weights 1/n and summed as NumPy sums them. */
function searchUniform(n: number, u: number): number {
  const share = 1 / n;
  let total = 0;
  for (let i = 0; i < n; i++) total += share;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum += share;
    if (sum / total > u) return i;
  }
  return n - 1;
}

/** MT19937 with the 1812433253 initialisation. */
function createMersenneTwister(seed: number): () => number {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new RangeError(`the seed must be an integer between 0 and 4294967295, not ${seed}`);
  }
  const state = new Uint32Array(WORDS);
  state[0] = seed;
  for (let i = 1; i < WORDS; i++) {
    const previous = state[i - 1]!;
    state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
  }
  let position = WORDS;
  return () => {
    if (position === WORDS) {
      refill(state);
      position = 0;
    }
    let word = state[position++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  };
}

function refill(state: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
    state[i] = state[(i + SHIFT) % WORDS]! ^ (mixed >>> 1) ^ (mixed & 1 ? TWIST : 0);
  }
}
