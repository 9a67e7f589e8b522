import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/core/random.ts';

/** Reviews as an embedding model sees them: synthetic, seeded, of known difficulty. */
export interface QualityData {
  readonly rows: number;
  readonly dimensions: number;
  readonly values: Float32Array;
  /** 0, 1, 2: negative, neutral, positive. */
  readonly labels: Int32Array;
  /** The same, for programs in other languages: float32 rows, then int32 labels, little-endian. */
  readonly matrixFile: string;
  readonly labelFile: string;
}

const CLASSES = 3;
const TOPICS = 24;

/**
 * Three overlapping sentiment classes cut from a latent score (so no classifier can be perfect), 24 topics that
 * have nothing to do with them, a common mean, and energy that decays over the dimensions as in a Matryoshka
 * model (32 dimensions hold an eighth of it, 1024 three quarters). Rows have unit length. Kept in the
 * temporary folder, since making 20,000 × 2,560 takes longer than measuring.
 */
export function qualityData(rows: number, dimensions = 2560): QualityData {
  const folder = join(tmpdir(), 'dimsweep-bench');
  mkdirSync(folder, { recursive: true });
  const matrixFile = join(folder, `reviews-${rows}x${dimensions}.f32`);
  const labelFile = join(folder, `reviews-${rows}.i32`);
  if (!existsSync(matrixFile) || !existsSync(labelFile)) {
    const made = generate(rows, dimensions);
    writeFileSync(labelFile, made.labels);
    writeFileSync(matrixFile, made.values);
  }
  const read = readFileSync(matrixFile);
  const values = new Float32Array(read.buffer, read.byteOffset, read.byteLength / 4);
  const labels = new Int32Array(readFileSync(labelFile).buffer.slice(0));
  return { rows, dimensions, values, labels: labels.subarray(0, rows), matrixFile, labelFile };
}

function generate(rows: number, dimensions: number): { values: Float32Array; labels: Int32Array } {
  const normal = normalDraws('reviews');
  const spread = Float64Array.from({ length: dimensions }, (_, j) => Math.sqrt(energyAt(j)));
  const direction = (strength: number): Float64Array => spread.map((s) => s * strength * normal());
  const mean = direction(0.75);
  // what the labels hang on is packed to the front, as Matryoshka training does
  const ahead = (direction: Float64Array): Float64Array =>
    direction.map((x, j) => x * (j < 64 ? 1.6 : j < 256 ? 1.2 : 0.9));
  const classes = Array.from({ length: CLASSES }, () => ahead(direction(0.16)));
  const polarity = ahead(direction(0.12));
  const topics = Array.from({ length: TOPICS }, () => direction(0.25));
  const values = new Float32Array(rows * dimensions);
  const labels = new Int32Array(rows);
  const choice = createRandom('reviews', 'choices');
  const row = new Float64Array(dimensions);
  for (let i = 0; i < rows; i++) {
    const written = choice.integer(CLASSES);
    const score = written - 1 + 0.5 * normal();
    labels[i] = score < -0.5 ? 0 : score > 0.5 ? 2 : 1;
    const topic = topics[choice.integer(TOPICS)]!;
    let squares = 0;
    for (let j = 0; j < dimensions; j++) {
      const x = mean[j]! + classes[written]![j]! + score * polarity[j]! + topic[j]! + spread[j]! * normal();
      row[j] = x;
      squares += x * x;
    }
    const length = Math.sqrt(squares);
    for (let j = 0; j < dimensions; j++) values[i * dimensions + j] = row[j]! / length;
  }
  return { values, labels };
}

/** Energy of one dimension: an eighth in the first 32, 44 % in 256, 76 % in 1024. */
function energyAt(dimension: number): number {
  if (dimension < 32) return 0.125 / 32;
  if (dimension < 256) return 0.315 / 224;
  if (dimension < 1024) return 0.32 / 768;
  return 0.24 / 1536;
}

/** Standard normal draws by Box and Muller's transform. */
function normalDraws(seed: string): () => number {
  const random = createRandom(seed, 'normal');
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const held = spare;
      spare = undefined;
      return held;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
