/** Plain twins of the WebAssembly kernels, in float64 and one value at a time: what the kernels must come near. */

export type Rows = readonly (readonly number[])[];

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, j) => sum + value * b[j]!, 0);
}

/** rows · vectorsᵀ */
export function products(rows: Rows, vectors: Rows): number[][] {
  return rows.map((row) => vectors.map((vector) => dot(row, vector)));
}

/** Σ factors[p][k] · rows[p], per k. */
export function weightedSums(rows: Rows, factors: Rows): number[][] {
  const count = factors[0]!.length;
  return Array.from({ length: count }, (_, k) =>
    rows[0]!.map((_, j) => rows.reduce((sum, row, p) => sum + factors[p]![k]! * row[j]!, 0)),
  );
}

export interface SoftmaxTwin {
  readonly loss: number;
  readonly slope: number;
  /** probability − target, per row and vector. */
  readonly residuals: number[][];
}

/** Cross-entropy of softmax(logits + step · moves), its slope along the moves, and the residuals. */
export function softmaxTwin(logits: Rows, moves: Rows, step: number, labels: readonly number[]): SoftmaxTwin {
  let loss = 0;
  let slope = 0;
  const residuals = logits.map((row, p) => {
    const z = row.map((logit, k) => logit + step * moves[p]![k]!);
    const full = z.length === 1 ? [0, z[0]!] : z;
    const total = full.reduce((sum, value) => sum + Math.exp(value), 0);
    loss += Math.log(total) - full[labels[p]!]!;
    const all = full.map((value, k) => Math.exp(value) / total - (k === labels[p] ? 1 : 0));
    const own = z.length === 1 ? [all[1]!] : all;
    slope += dot(own, moves[p]!);
    return own;
  });
  return { loss, slope, residuals };
}

/** Forces and normalisers of t-SNE's repulsion. */
export function repulsionTwin(points: Rows): { forces: number[][]; normalisers: number[] } {
  const pairs = points.map(([x, y], i) =>
    points.map(([u, v], j) => {
      const [dx, dy] = [x! - u!, y! - v!];
      const q = i === j ? 0 : 1 / (1 + dx * dx + dy * dy);
      return { q, fx: q * q * dx, fy: q * q * dy };
    }),
  );
  return {
    forces: pairs.map((row) => [
      row.reduce((sum, { fx }) => sum + fx, 0),
      row.reduce((sum, { fy }) => sum + fy, 0),
    ]),
    normalisers: pairs.map((row) => row.reduce((sum, { q }) => sum + q, 0)),
  };
}
