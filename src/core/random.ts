/** A seeded source of chance. Equal seeds give equal sequences on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, bound); `bound` must be a positive integer. */
  integer(bound: number): number;
}

/**
 * sfc32 (Chris Doty-Humphrey's Small Fast Counting generator, PractRand) seeded from a string or number.
 * Use the same seed with a different `stream` for draws that must not influence each other.
 */
export function createRandom(seed: number | string, stream = ''): Random {
  const [s0, s1, s2] = seedWords(`${seed}\u0000${stream}`);
  let a = s0;
  let b = s1;
  let c = s2;
  let counter = 1;
  const nextUint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) nextUint32();
  return {
    next: () => nextUint32() / 4294967296,
    integer: (bound) => Math.floor((nextUint32() / 4294967296) * bound),
  };
}

/** Fisher–Yates shuffle into a new array. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = result[i]!;
    result[i] = result[j]!;
    result[j] = held;
  }
  return result;
}

/** Three 32-bit words from a string: FNV-1a over UTF-16 units, finished with MurmurHash3's mixer. */
function seedWords(text: string): [number, number, number] {
  const words: [number, number, number] = [0, 0, 0];
  for (let w = 0; w < 3; w++) {
    let h = (0x811c9dc5 ^ Math.imul(w + 1, 0x9e3779b9)) | 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    words[w] = (h ^ (h >>> 16)) | 0;
  }
  return words;
}
