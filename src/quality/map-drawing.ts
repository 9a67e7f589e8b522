import { createRandom, shuffled } from '../core/random.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import type { PrefixView } from './engine.ts';
import { alignLayout, type Layout, neighbourLabelAgreement } from './map-alignment.ts';
import type { MapOptions } from './quality-job.ts';

type MapRow = RunRecord['maps'][number];

/** One width's picture before the pictures are laid over each other. */
interface Drawn {
  readonly row: Omit<MapRow, 'points'>;
  readonly layout: Layout;
}

/**
 * Draws one picture per asked width, of the same items, and lays them over the widest one's.
 *
 * @param ids of the matrix rows
 * @param labels of the matrix rows, by the primary column; null without one
 */
export function createMaps(
  instruction: string,
  ids: readonly string[],
  labels: readonly (string | null)[],
  options: MapOptions,
  seed: number,
) {
  const shown = shuffled([...ids.keys()], createRandom(seed, 'map'))
    .slice(0, options.points)
    .sort((a, b) => a - b);
  const shownLabels = shown.map((row) => labels[row] ?? null);
  const drawn: Drawn[] = [];
  return {
    visit(view: PrefixView): void {
      if (!options.dimensions.includes(view.dimensions) || view.rows < 3 || view.dimensions < 2) return;
      const { scores, explainedVarianceRatio } = view.principalComponents(2);
      const layout = Float64Array.from(
        { length: 2 * shown.length },
        (_, i) => scores[2 * shown[i >> 1]! + (i & 1)]!,
      );
      const agreement = neighbourLabelAgreement(layout, shownLabels);
      drawn.push({
        layout,
        row: {
          method: 'pca',
          dimensions: view.dimensions,
          instruction,
          ids: shown.map((row) => ids[row]!),
          explainedVariance: explainedVarianceRatio[0]! + explainedVarianceRatio[1]!,
          ...(agreement === undefined ? {} : { neighbourLabelAgreement: agreement }),
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

/** Points as pairs of four significant digits: a picture shows no more. */
function rounded(layout: Layout): [number, number][] {
  return Array.from({ length: layout.length / 2 }, (_, i) => [
    Number(layout[2 * i]!.toPrecision(4)),
    Number(layout[2 * i + 1]!.toPrecision(4)),
  ]);
}
