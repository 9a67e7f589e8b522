/** Scales values[from … to) to norm 1, in place. An all-zero stretch stays as it is. */
export function normaliseStretch(values: Float32Array, from: number, to: number): void {
  scaleStretch(values, from, to, 1);
}

/** Scales values[from … to) to the given norm, in place. An all-zero stretch stays as it is. */
export function scaleStretch(values: Float32Array, from: number, to: number, norm: number): void {
  let squares = 0;
  for (let i = from; i < to; i++) squares += values[i]! * values[i]!;
  if (squares === 0) return;
  const scale = norm / Math.sqrt(squares);
  for (let i = from; i < to; i++) values[i]! *= scale;
}
