import { UsageError } from '../core/errors.ts';
import { createRandom, shuffled } from '../core/random.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { PrefixView } from './engine.ts';
import { neighboursFor } from './kernels/affinities.ts';
import { neighbourLabelAgreement, trustworthiness } from './kernels/map-quality.ts';
import { alignLayout } from './kernels/procrustes.ts';
import { tsneLayout } from './kernels/tsne.ts';
import type { MapOptions } from './quality-job.ts';

type MapRow = RunRecord['maps'][number];

/** Neighbours that judge a picture, as scikit-learn's examples take them. */
const JUDGED_NEIGHBOURS = 12;

/** Rows that a picture shows: all, or a seeded sample, ascending. */
export function mappedRows(rows: number, points: number, seed: number): Int32Array {
  const order = shuffled([...new Int32Array(rows).keys()], createRandom(seed, 'map'));
  return Int32Array.from(order.slice(0, points)).sort();
}

/**
 * Draws one picture per width, of the same items. Each starts from its own principal components turned onto the
 * first picture's, and ends up laid over the widest one's, so that an item can be followed from one to the next.
 *
 * @param ids of the views' rows
 * @param labels of the views' rows; null without one
 */
export function createMaps(
  instruction: string,
  ids: readonly string[],
  labels: readonly (string | null)[],
  options: MapOptions,
) {
  const drawn: { readonly row: Omit<MapRow, 'points'>; readonly layout: Float64Array }[] = [];
  let firstStart: Float64Array | undefined;
  return {
    /** Widths are visited ascending. Views with fewer than three rows have no picture. */
    visit(view: PrefixView): void {
      if (view.rows < 3 || view.dimensions < 2) return;
      const components = view.principalComponents(2);
      const start = firstStart === undefined ? components.scores : alignLayout(components.scores, firstStart);
      firstStart ??= start;
      const picture = options.method === 'tsne' ? neighbourPicture(view, start, options) : { layout: start };
      const { layout, ...found } = picture;
      const isTsne = 'klDivergence' in found;
      drawn.push({
        layout,
        row: {
          method: isTsne ? 'tsne' : 'pca',
          dimensions: view.dimensions,
          instruction,
          ids: [...ids],
          ...(isTsne
            ? {}
            : {
                explainedVariance: components.explainedVarianceRatio.reduce(
                  (total, share) => total + share,
                  0,
                ),
              }),
          ...found,
          ...judged(view, layout, labels),
        },
      });
    },
    rows(): MapRow[] {
      const widest = drawn.at(-1);
      return drawn.map(({ row, layout }) => ({
        ...row,
        points: rounded(alignLayout(layout, widest!.layout)),
      }));
    },
  };
}

/** The t-SNE layout; the components with a note where it cannot be made. */
function neighbourPicture(
  view: PrefixView,
  start: Float64Array,
  { perplexity }: MapOptions,
): { layout: Float64Array; klDivergence?: number; note?: string } {
  try {
    const rows = Int32Array.from(new Int32Array(view.rows).keys());
    const neighbours = view.neighbours(rows, neighboursFor(view.rows, perplexity));
    const { layout, divergence } = tsneLayout(neighbours, start, { perplexity });
    return { layout, klDivergence: divergence };
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    return { layout: start, note: `${thrown.message}; the principal components are shown instead` };
  }
}

/** How far the picture may be believed. */
function judged(
  view: PrefixView,
  layout: Float64Array,
  labels: readonly (string | null)[],
): Pick<MapRow, 'trustworthiness' | 'neighbourLabelAgreement'> {
  const labelled = labels.map((_, i) => i).filter((i) => labels[i] !== null);
  const names = [...new Set(labels)];
  return {
    ...(view.rows > 2 * JUDGED_NEIGHBOURS
      ? { trustworthiness: trustworthiness(view, layout, JUDGED_NEIGHBOURS) }
      : {}),
    ...(labelled.length > JUDGED_NEIGHBOURS
      ? {
          neighbourLabelAgreement: neighbourLabelAgreement(
            Float64Array.from(
              { length: 2 * labelled.length },
              (_, i) => layout[2 * labelled[i >> 1]! + (i & 1)]!,
            ),
            labelled.map((i) => names.indexOf(labels[i]!)),
            JUDGED_NEIGHBOURS,
          ),
        }
      : {}),
  };
}

/** Points as pairs of four significant digits: a picture shows no more. */
function rounded(layout: Float64Array): [number, number][] {
  return Array.from({ length: layout.length / 2 }, (_, i) => [
    Number(layout[2 * i]!.toPrecision(4)),
    Number(layout[2 * i + 1]!.toPrecision(4)),
  ]);
}
