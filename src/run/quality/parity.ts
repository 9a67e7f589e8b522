import { type EmbeddingMatrix, rowOf } from '../../core/matrix.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { EmbeddingClient } from '../../server/embedding-client.ts';
import type { EmbedSettings, Prompt } from './embed-prompts.ts';

type ParityRow = RunRecord['parity'][number];

/** Rounding of 16-bit weights moves a cosine by less than this; a wrong slice moves it by more. */
const LEAST_COSINE = 0.999;
const NORM_TOLERANCE = 0.01;

interface ParityInput {
  readonly client: EmbeddingClient;
  readonly instruction: string;
  readonly prompts: readonly Prompt[];
  /** Full-width vectors of the prompts, among others. */
  readonly matrix: EmbeddingMatrix;
  /** Widths to ask the server for. */
  readonly dimensions: readonly number[];
  readonly settings: EmbedSettings;
  readonly signal: AbortSignal;
}

/**
 * Asks the server itself for short vectors of a few items and compares them with the client's slices of the
 * full ones: the proof that one full-width pass stands for every width. A width that the server does not answer
 * has no row.
 *
 * @throws the signal's reason when it aborts
 */
export async function checkParity(input: ParityInput): Promise<ParityRow[]> {
  const position = new Map(input.matrix.ids.map((id, row) => [id, row]));
  const sample = input.prompts.filter((prompt) => position.has(prompt.id));
  if (sample.length === 0) return [];
  const rows: ParityRow[] = [];
  for (const dimensions of input.dimensions) {
    const reply = await input.client.embed(
      { texts: sample.map((prompt) => prompt.text), dimensions, encoding: input.settings.encoding },
      input.signal,
    );
    input.signal.throwIfAborted();
    if (!reply.ok) continue;
    const cosines: number[] = [];
    const norms: number[] = [];
    for (const [i, prompt] of sample.entries()) {
      const served = reply.vectors.subarray(i * reply.dimensions, (i + 1) * reply.dimensions);
      const full = rowOf(input.matrix, position.get(prompt.id)!);
      const { cosine, norm } = sliceAgreement(served, full, dimensions);
      cosines.push(cosine);
      norms.push(norm);
    }
    const cosineMin = Math.min(...cosines);
    const [normMin, normMax] = [Math.min(...norms), Math.max(...norms)];
    rows.push({
      dimensions,
      instruction: input.instruction,
      n: sample.length,
      cosineMin,
      normMin,
      normMax,
      agrees:
        reply.dimensions === dimensions &&
        cosineMin >= LEAST_COSINE &&
        Math.abs(normMin - 1) <= NORM_TOLERANCE &&
        Math.abs(normMax - 1) <= NORM_TOLERANCE,
    });
  }
  return rows;
}

function sliceAgreement(
  served: Float32Array,
  full: Float32Array,
  dimensions: number,
): { cosine: number; norm: number } {
  let dot = 0;
  let servedSquares = 0;
  let sliceSquares = 0;
  for (let j = 0; j < Math.min(dimensions, served.length); j++) {
    dot += served[j]! * full[j]!;
    sliceSquares += full[j]! * full[j]!;
  }
  for (const value of served) servedSquares += value * value;
  const scale = Math.sqrt(servedSquares * sliceSquares);
  return { cosine: scale > 0 ? dot / scale : 0, norm: Math.sqrt(servedSquares) };
}
