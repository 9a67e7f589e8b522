/** Eigenvalues, descending, and the matching eigenvectors as rows. */
export interface Eigenpairs {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Below this a value is zero: its square would be. */
const SMALLEST = 1e-150;

/**
 * All eigenpairs of a symmetric tridiagonal matrix, by the QL algorithm with implicit shifts (Bowdler, Martin,
 * Reinsch & Wilkinson 1968).
 *
 * @param diagonal n values
 * @param beside n − 1 values next to the diagonal
 */
export function tridiagonalEigenpairs(diagonal: readonly number[], beside: readonly number[]): Eigenpairs {
  const size = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = Float64Array.from({ length: size }, (_, i) => beside[i] ?? 0);
  const vectors = Array.from({ length: size }, (_, i) => {
    const unit = new Float64Array(size);
    unit[i] = 1;
    return unit;
  });
  for (let low = 0; low < size; low++) {
    for (let high = splitAt(d, e, low); high > low; high = splitAt(d, e, low)) {
      sweep(d, e, vectors, low, high);
    }
  }
  const order = [...d.keys()].sort((a, b) => d[b]! - d[a]!);
  return { values: Float64Array.from(order, (i) => d[i]!), vectors: order.map((i) => vectors[i]!) };
}

/** End of the unreduced block that starts at `low`. */
function splitAt(d: Float64Array, e: Float64Array, low: number): number {
  let high = low;
  while (high < d.length - 1) {
    const scale = Math.abs(d[high]!) + Math.abs(d[high + 1]!);
    if (Math.abs(e[high]!) <= Number.EPSILON * scale + SMALLEST) break;
    high++;
  }
  return high;
}

/** One implicit QL step on the block [low, high]; the rotations go into the vectors, too. */
function sweep(d: Float64Array, e: Float64Array, vectors: Float64Array[], low: number, high: number): void {
  const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  let g = d[high]! - d[low]! + e[low]! / (half + Math.sign(half || 1) * Math.hypot(half, 1));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = d[i + 1]! - shift;
    const turned = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * turned;
    d[i + 1] = g + shift;
    g = cosine * turned - b;
    rotate(vectors[i]!, vectors[i + 1]!, sine, cosine);
  }
  d[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}

function rotate(a: Float64Array, b: Float64Array, sine: number, cosine: number): void {
  for (let k = 0; k < a.length; k++) {
    const held = b[k]!;
    b[k] = sine * a[k]! + cosine * held;
    a[k] = cosine * a[k]! - sine * held;
  }
}
