import type { Kernels } from './kernel-exports.ts';
import type { KernelMemory } from './kernel-memory.ts';

/**
 * A point or direction of the weight space: `weights` coordinates, then one intercept per weight vector. The
 * space's inner product of a and b is a's coordinates times b's image. Where coordinates are the weights
 * themselves, the image is the same array; where weights are sums of rows, it is their product with the Gram
 * matrix. Both lie in kernel memory, and all operations are linear, so images never have to be made anew.
 */
export interface SolverVector {
  readonly coordinates: Float64Array;
  readonly image: Float64Array;
}

export interface SolverSpace {
  /** Coordinates in front of the intercepts. */
  readonly weightLength: number;
  create(): SolverVector;
  dot(a: SolverVector, b: SolverVector): number;
  /** The inner product without the intercepts, which are not penalised. */
  dotWeights(a: SolverVector, b: SolverVector): number;
  /** y += factor · x */
  addScaled(factor: number, x: SolverVector, y: SolverVector): void;
  /** y += factor · x without the intercepts. */
  addScaledWeights(factor: number, x: SolverVector, y: SolverVector): void;
  scale(factor: number, x: SolverVector): void;
  copy(from: SolverVector, to: SolverVector): void;
}

/** @param ownImage whether coordinates and images differ */
export function createSolverSpace(
  kernelMemory: KernelMemory,
  weightLength: number,
  intercepts: number,
  ownImage: boolean,
): SolverSpace {
  const { kernels } = kernelMemory;
  const length = weightLength + intercepts;
  const onBoth = (x: SolverVector, y: SolverVector, apply: (x: number, y: number) => void): void => {
    apply(x.coordinates.byteOffset, y.coordinates.byteOffset);
    if (ownImage) apply(x.image.byteOffset, y.image.byteOffset);
  };
  return {
    weightLength,
    create: () => {
      const coordinates = kernelMemory.float64(length).fill(0);
      return { coordinates, image: ownImage ? kernelMemory.float64(length).fill(0) : coordinates };
    },
    dot: (a, b) => kernels.dot64(length, a.coordinates.byteOffset, b.image.byteOffset),
    dotWeights: (a, b) => kernels.dot64(weightLength, a.coordinates.byteOffset, b.image.byteOffset),
    addScaled: (factor, x, y) =>
      onBoth(x, y, (from, to) => {
        kernels.addScaled64(length, factor, from, to);
      }),
    addScaledWeights: (factor, x, y) =>
      onBoth(x, y, (from, to) => {
        kernels.addScaled64(weightLength, factor, from, to);
      }),
    scale: (factor, x) => {
      scaleInPlace(kernels, factor, x.coordinates);
      if (ownImage) scaleInPlace(kernels, factor, x.image);
    },
    copy: (from, to) => {
      to.coordinates.set(from.coordinates);
      if (ownImage) to.image.set(from.image);
    },
  };
}

/** x += (factor − 1) · x */
function scaleInPlace(kernels: Kernels, factor: number, x: Float64Array): void {
  kernels.addScaled64(x.length, factor - 1, x.byteOffset, x.byteOffset);
}
