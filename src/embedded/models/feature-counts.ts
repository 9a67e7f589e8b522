/**
 * Counts 32-bit hashes: a table with open addressing that is used again for every text, several times as fast as a
 * Map. A slot belongs to the current text when its stamp is the current one, so nothing has to be wiped.
 */
export interface FeatureCounts {
  /** Forgets all counts. */
  clear(): void;
  add(hash: number): void;
  /** Number of different hashes. */
  size(): number;
  /** Calls back once for every different hash, in the order in which they came first. */
  forEach(visit: (hash: number, count: number) => void): void;
}

const FIRST_CAPACITY = 4096;

export function createFeatureCounts(): FeatureCounts {
  let hashes = new Int32Array(FIRST_CAPACITY);
  let counts = new Int32Array(FIRST_CAPACITY);
  let stamps = new Uint32Array(FIRST_CAPACITY);
  /** Slots in the order in which they were taken. */
  let taken = new Int32Array(FIRST_CAPACITY / 2);
  let used = 0;
  let stamp = 1;

  const slotOf = (hash: number): number => {
    const mask = hashes.length - 1;
    let slot = hash & mask;
    while (stamps[slot] === stamp && hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  };
  const insert = (hash: number, count: number): void => {
    const slot = slotOf(hash);
    if (stamps[slot] === stamp) {
      counts[slot]! += count;
      return;
    }
    stamps[slot] = stamp;
    hashes[slot] = hash;
    counts[slot] = count;
    taken[used++] = slot;
  };
  const grow = (): void => {
    const entries = Array.from(taken.subarray(0, used), (slot) => [hashes[slot]!, counts[slot]!] as const);
    const capacity = hashes.length * 2;
    hashes = new Int32Array(capacity);
    counts = new Int32Array(capacity);
    stamps = new Uint32Array(capacity);
    taken = new Int32Array(capacity / 2);
    used = 0;
    stamp = 1;
    for (const [hash, count] of entries) insert(hash, count);
  };
  return {
    clear() {
      used = 0;
      stamp++;
      if (stamp === 0xffffffff) {
        stamps.fill(0);
        stamp = 1;
      }
    },
    add(hash) {
      if (used === taken.length) grow();
      insert(hash | 0, 1);
    },
    size: () => used,
    forEach(visit) {
      for (let i = 0; i < used; i++) {
        const slot = taken[i]!;
        visit(hashes[slot]!, counts[slot]!);
      }
    },
  };
}
