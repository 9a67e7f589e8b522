/**
 * What the measuring thread and its decoding thread share beside the scanner's memory: a ring of bodies to
 * decode, and per slot where its body lies and what was found in it. Both sides only poll, so handing a body
 * over costs the measuring thread a few stores.
 */
export interface DecodeShares {
  /** Memory of the scanner; bodies and values lie in it. */
  readonly memory: WebAssembly.Memory;
  /** Ring positions and flags. */
  readonly control: Int32Array;
  /** Slot numbers in the order in which their bodies were complete. */
  readonly ring: Int32Array;
  /** {@link FIELDS} per slot. */
  readonly slots: Int32Array;
  /** {@link FIGURES} per slot. */
  readonly figures: Float64Array;
}

/** Indices into `control`. */
export const CONTROL = {
  /** Bodies handed over so far. */
  handedOver: 0,
  /** Bodies decoded so far. */
  decoded: 1,
  /** Set to 1 to end the decoding thread. */
  stop: 2,
  /** 1 while the decoding thread sleeps until it is notified on `handedOver`. */
  asleep: 3,
  /** Trials begun so far: each may put its own first failures into words. */
  trial: 4,
} as const;

/** Integers per slot, and their places. */
export const FIELDS = 16;
export const FIELD = {
  bodyBytes: 0,
  texts: 1,
  dimensions: 2,
  /** Found: index into OUTCOMES. */
  outcome: 3,
  /** Found: prompt tokens, 0 when the server gave none. */
  tokens: 4,
  /** Found: 1 for base64. */
  encoding: 5,
  // The region, as `ScanRegion` has it.
  state: 6,
  table: 7,
  rows: 8,
  out: 9,
  outFloats: 10,
  body: 11,
  capacity: 12,
  end: 13,
} as const;

/** Doubles per slot, and their places. */
export const FIGURES = 4;
export const FIGURE = {
  /** Time that decoding and checking took. */
  decodeMs: 0,
  normMin: 1,
  normMax: 2,
} as const;

/** Most bodies between their first byte and their collection. */
export const MOST_SLOTS = 4096;

export function createDecodeShares(memory: WebAssembly.Memory): DecodeShares {
  const ints = (count: number) => new Int32Array(new SharedArrayBuffer(count * 4));
  return {
    memory,
    control: ints(16),
    ring: ints(MOST_SLOTS),
    slots: ints(MOST_SLOTS * FIELDS),
    figures: new Float64Array(new SharedArrayBuffer(MOST_SLOTS * FIGURES * 8)),
  };
}
