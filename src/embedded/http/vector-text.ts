/**
 * A vector as JSON text. A float32 is written as the shortest decimal of the float64 that has its value, as SGLang's
 * encoder does: parsed and rounded to float32 it gives the same bits. What is not a number becomes `null`.
 */
export function floatsText(vector: Float32Array): string {
  return JSON.stringify(Array.from(vector));
}

/** Little-endian float32 bytes as base64, in quotes. */
export function base64Text(vector: Float32Array): string {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return `"${bytes.toString('base64')}"`;
}
