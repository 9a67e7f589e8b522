import { OUTCOMES, type Outcome } from '../core/outcome.ts';
import type { SampleTable } from '../core/samples.ts';

/** Sample columns that may be written to. */
export type MutableSamples = { -readonly [Column in keyof SampleTable]: SampleTable[Column] };

/** The code that stands for an outcome in a sample table. */
export const OUTCOME_CODES = Object.fromEntries(OUTCOMES.map((outcome, code) => [outcome, code])) as Record<
  Outcome,
  number
>;

/** Columns of `length` rows, all zero. */
export function createSamples(length: number): MutableSamples {
  return {
    length,
    intendedMs: new Float64Array(length),
    sentMs: new Float64Array(length),
    headersMs: new Float64Array(length),
    lastByteMs: new Float64Array(length),
    decodedMs: new Float64Array(length),
    texts: new Int32Array(length),
    tokens: new Int32Array(length),
    bytes: new Int32Array(length),
    outcome: new Uint8Array(length),
    inWindow: new Uint8Array(length),
  };
}

/** A sample table that grows row by row. */
export class SampleRecorder {
  #columns = createSamples(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The columns as they stand; longer than {@link length}, and replaced when they grow. */
  get columns(): MutableSamples {
    return this.#columns;
  }

  /** Adds a request that is on its way; its outcome is `cancelled` until it has another. */
  add(intendedMs: number, texts: number): number {
    const row = this.#length++;
    if (row === this.#columns.length) this.#columns = resized(this.#columns, row * 2, row);
    const columns = this.#columns;
    columns.intendedMs[row] = intendedMs;
    columns.sentMs[row] = Number.NaN;
    columns.headersMs[row] = Number.NaN;
    columns.lastByteMs[row] = Number.NaN;
    columns.decodedMs[row] = Number.NaN;
    columns.texts[row] = texts;
    columns.outcome[row] = OUTCOME_CODES.cancelled;
    return row;
  }

  /** A copy that holds exactly the rows that were added. */
  finish(): MutableSamples {
    return resized(this.#columns, this.#length, this.#length);
  }
}

/** Copies the first `used` rows into columns of another length. */
function resized(from: SampleTable, length: number, used: number): MutableSamples {
  const to = createSamples(length);
  for (const name of COLUMN_NAMES) to[name].set(from[name].subarray(0, used) as never);
  return to;
}

const COLUMN_NAMES = [
  'intendedMs',
  'sentMs',
  'headersMs',
  'lastByteMs',
  'decodedMs',
  'texts',
  'tokens',
  'bytes',
  'outcome',
  'inWindow',
] as const satisfies readonly Exclude<keyof SampleTable, 'length'>[];

/** The tables of several client threads as one, in the order in which the requests were sent. */
export function mergeSamples(tables: readonly SampleTable[]): SampleTable {
  if (tables.length === 1) return tables[0]!;
  const total = tables.reduce((rows, table) => rows + table.length, 0);
  const joined = createSamples(total);
  let at = 0;
  for (const table of tables) {
    for (const name of COLUMN_NAMES) joined[name].set(table[name] as never, at);
    at += table.length;
  }
  const sent = (row: number): number => joined.sentMs[row]! || joined.intendedMs[row]!;
  const order = Uint32Array.from({ length: total }, (_, row) => row).sort((a, b) => sent(a) - sent(b));
  const sorted = createSamples(total);
  for (const name of COLUMN_NAMES) {
    const [source, target] = [joined[name], sorted[name]];
    for (let row = 0; row < total; row++) target[row] = source[order[row]!]!;
  }
  return sorted;
}
