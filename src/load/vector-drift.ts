import type { Sentinel } from './request-pump.ts';

/** Slow servers are not asked for more than this. */
const PATIENCE_MS = 500;

export interface QuietServer {
  /** Vectors of the prompts, N×D row-major, while nothing else is in flight; undefined when that fails. */
  sendAlone(prompts: readonly string[]): Promise<Float32Array | undefined>;
  readonly nowMs: () => number;
}

/**
 * Least cosine between vectors under load and those of the same prompts alone. At least one sentinel is compared,
 * and as many as there is patience for.
 *
 * @returns undefined when there is nothing to compare
 */
export async function vectorDrift(
  sentinels: readonly Sentinel[],
  dimensions: number,
  { sendAlone, nowMs }: QuietServer,
): Promise<number | undefined> {
  const untilMs = nowMs() + PATIENCE_MS;
  let least: number | undefined;
  for (const { prompts, values } of sentinels) {
    const quiet = await sendAlone(prompts);
    if (quiet === undefined) return least;
    least = Math.min(least ?? 1, leastCosine(quiet, values, dimensions));
    if (nowMs() >= untilMs) return least;
  }
  return least;
}

/** Least cosine over the rows of two equally shaped sets of vectors, each N×D row-major. */
function leastCosine(quiet: Float32Array, underLoad: Float32Array, dimensions: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < quiet.length; row += dimensions) {
    least = Math.min(least, cosineAt(quiet, underLoad, row, dimensions));
  }
  return least;
}

function cosineAt(a: Float32Array, b: Float32Array, from: number, dimensions: number): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let j = from; j < from + dimensions; j++) {
    dot += a[j]! * b[j]!;
    aa += a[j]! * a[j]!;
    bb += b[j]! * b[j]!;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
