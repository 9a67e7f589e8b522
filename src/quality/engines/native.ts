import { UsageError } from '../../core/errors.ts';
import type {
  EngineInput,
  LogisticModel,
  LogisticOptions,
  PrefixSweep,
  PrefixView,
  QualityEngine,
} from '../engine.ts';
import { type CosineRows, gramCosines, productCosines } from '../kernels/cosines.ts';
import { fitLogistic, predictProbabilities } from '../kernels/fit-logistic.ts';
import { createGram, type Gram } from '../kernels/gram.ts';
import { createKernelMemory, type KernelMemory } from '../kernels/kernel-memory.ts';
import { type KernelTeam, soloTeam } from '../kernels/kernel-team.ts';
import type { FirstCentreRule } from '../kernels/kmeans-draws.ts';
import { gramRoute } from '../kernels/kmeans-gram.ts';
import { primalRoute } from '../kernels/kmeans-primal.ts';
import { type KMeansRoute, runKMeans } from '../kernels/kmeans-run.ts';
import { nearestRows } from '../kernels/nearest.ts';
import { createPrefixMatrix, type PrefixMatrix } from '../kernels/prefix-matrix.ts';
import { principalComponents } from '../kernels/principal-components.ts';
import { threadTeam } from '../kernels/thread-team.ts';
import { checkInput } from '../kernels/usable-rows.ts';

export interface NativeEngineOptions {
  /**
   * Largest number of rows whose products are kept (rows² float32). Up to here the sweep over all prefixes costs
   * little more than its largest; beyond, work grows linearly in rows.
   */
  readonly gramRows?: number;
  /** How k-means++ draws its first centre: as scikit-learn does since 1.3, or before. */
  readonly firstCentre?: FirstCentreRule;
  /** Threads that share the kernels' work, the calling one included; default 1. Results do not depend on it. */
  readonly threads?: number;
}

const GRAM_ROWS = 4096;
/** Fits go over the products where the rows to fit on are at most this many times the columns: there it is faster. */
const GRAM_FIT_ROWS_PER_COLUMN = 0.75;

/** dimsweep's own kernels; see `QualityEngine`. */
export function createNativeEngine(options: NativeEngineOptions = {}): QualityEngine {
  return {
    id: 'native',
    open: (input, prefixes) => openSweep(input, prefixes, options),
  };
}

interface Sweep {
  readonly kernelMemory: KernelMemory;
  readonly team: KernelTeam;
  readonly matrix: PrefixMatrix;
  readonly gram: Gram | undefined;
  readonly firstCentre: FirstCentreRule;
  /** Mean length of the rows' prefixes, by width. */
  readonly meanLengths: Map<number, number>;
}

function openSweep(
  input: EngineInput,
  prefixes: readonly number[],
  options: NativeEngineOptions,
): PrefixSweep {
  checkInput(input, prefixes);
  const { gramRows = GRAM_ROWS, firstCentre = 'choice', threads = 1 } = options;
  const useGram = input.rows <= gramRows;
  const matrixBytes = (input.rows + 12) * (prefixes.at(-1)! + 4 * prefixes.length + 16) * 4;
  const gramBytes = useGram ? (input.rows + 12) ** 2 * 4 : 0;
  const kernelMemory = createKernelMemory(matrixBytes + gramBytes + 4_000_000);
  const team = threads > 1 ? threadTeam(kernelMemory, threads) : soloTeam(kernelMemory.kernels);
  const matrix = createPrefixMatrix(kernelMemory, input, prefixes);
  const gram = useGram ? createGram(kernelMemory, team, matrix) : undefined;
  const sweep: Sweep = { kernelMemory, team, matrix, gram, firstCentre, meanLengths: new Map() };
  const base = kernelMemory.mark();
  let view: PrefixView | undefined;
  return {
    at: (dimensions) => {
      if (view?.dimensions === dimensions) return view;
      if (!prefixes.includes(dimensions) || dimensions < matrix.dimensions) {
        throw new UsageError(
          `this sweep goes over ${prefixes.join(', ')} in this order; ${dimensions} is not to come`,
        );
      }
      kernelMemory.release(base);
      matrix.advanceTo(dimensions);
      sweep.meanLengths.set(dimensions, meanLength(matrix));
      view = createView(sweep);
      return view;
    },
    close: () => {
      team.close();
    },
  };
}

function meanLength({ rows, scales }: PrefixMatrix): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) if (scales[row]! > 0) sum += 1 / scales[row]!;
  return sum / rows;
}

function createView(sweep: Sweep): PrefixView {
  const { kernelMemory, team, matrix, gram } = sweep;
  const { dimensions, rows } = matrix;
  let route: KMeansRoute | undefined;
  const fresh = (): void => {
    if (matrix.dimensions !== dimensions) {
      throw new Error(
        `the view of ${dimensions} dimensions was used after ${matrix.dimensions} were asked for`,
      );
    }
  };
  const upToDate = (): Gram | undefined => {
    gram?.update();
    return gram;
  };
  const cosineRows: CosineRows = (asked, visit) => {
    fresh();
    const known = upToDate();
    const source = known ? gramCosines(matrix, known) : productCosines(kernelMemory, team, matrix);
    source(asked, visit);
  };
  return {
    dimensions,
    rows,
    zeroRows: Int32Array.from(matrix.scales.subarray(0, rows).keys()).filter(
      (row) => matrix.scales[row] === 0,
    ),
    kmeans: (options) => {
      fresh();
      const known = upToDate();
      route ??= known
        ? gramRoute(kernelMemory, team, matrix, known)
        : primalRoute(kernelMemory, team, matrix);
      return runKMeans(route, options, sweep.firstCentre);
    },
    fitLogistic: (options) => {
      fresh();
      return fitOn(sweep, options);
    },
    predictProbabilities: (model, asked) => {
      fresh();
      return predictProbabilities(kernelMemory, matrix, model, asked);
    },
    neighbours: (asked, k) => nearestRows(cosineRows, rows, asked, k),
    cosines: (asked, out = new Float32Array(asked.length * rows)) => {
      cosineRows(asked, (position, cosines) => {
        out.set(cosines, position * rows);
      });
      return out;
    },
    cosine: (i, j) => {
      fresh();
      const { values, stride, depth, scales } = matrix;
      const at = (row: number): number => values.byteOffset + row * stride * 4;
      return kernelMemory.kernels.dot(at(i), at(j), depth) * scales[i]! * scales[j]!;
    },
    principalComponents: (count) => {
      fresh();
      return principalComponents(kernelMemory, matrix, count);
    },
    copyRow: (row, out) => {
      fresh();
      const { values, stride, columns, scales } = matrix;
      for (let j = 0; j < dimensions; j++) out[j] = values[row * stride + columns[j]!]! * scales[row]!;
    },
  };
}

function fitOn(sweep: Sweep, options: LogisticOptions): LogisticModel {
  const { kernelMemory, team, matrix, gram, meanLengths } = sweep;
  const overProducts = gram !== undefined && options.rows.length <= GRAM_FIT_ROWS_PER_COLUMN * matrix.depth;
  if (overProducts) gram.update();
  const { warmStart } = options;
  // unit rows of a longer prefix have shorter heads: stretched weights keep the logits
  const known = warmStart === undefined ? undefined : meanLengths.get(warmStart.dimensions);
  const stretch = known === undefined ? 1 : meanLengths.get(matrix.dimensions)! / known;
  return fitLogistic(kernelMemory, team, matrix, overProducts ? gram : undefined, options, stretch);
}
