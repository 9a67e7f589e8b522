import type { RunRecord } from '../core/record/run-record.ts';
import type { Neighbours, PrefixView } from './engine.ts';
import type { TaskOutcome } from './tasks/task.ts';

type NeighbourRow = NonNullable<RunRecord['neighbours']>[number];

/** Multiplications that the look-ups of one cell may cost; keeps large data sets affordable. */
const MOST_PRODUCTS = 1.2e10;
/** Items shown per instruction; those that most widths get wrong come first. */
const MOST_ITEMS = 300;

/**
 * Collects the nearest items of held-out items at every width, and keeps those of the items that some width gets
 * wrong, so that the error view can show what an item lay next to before and after it flipped.
 *
 * @param ids of the matrix rows
 * @param k neighbours of each item; 0 keeps none
 * @param widest largest width that will be visited
 */
export function createErrorNeighbours(
  instruction: string,
  ids: readonly string[],
  k: number,
  widest: number,
) {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const cells: { dimensions: number; asked: readonly string[]; found: Neighbours }[] = [];
  const misses = new Map<string, number>();
  let asked: string[] | undefined;
  return {
    /** Looks the held-out items of a float32 cell up, when its classification knows them. */
    visit(view: PrefixView, outcome: TaskOutcome, truth: ReadonlyMap<string, string>): void {
      const detail = outcome.classification;
      if (detail === undefined || k < 1 || view.rows <= k) return;
      detail.testIds.forEach((id, i) => {
        const wrong = truth.get(id) !== detail.classes[detail.predicted[i]!];
        if (wrong) misses.set(id, (misses.get(id) ?? 0) + 1);
      });
      // Every width looks up as many items as the widest can afford, so that all show the same ones.
      const most = Math.max(1, Math.floor(MOST_PRODUCTS / (view.rows * widest)));
      asked ??= detail.testIds.slice(0, most);
      const rows = Int32Array.from(asked, (id) => rowOf.get(id)!);
      cells.push({ dimensions: view.dimensions, asked, found: view.neighbours(rows, k) });
    },
    rows(): NeighbourRow[] {
      const shown = new Set(
        [...misses]
          .sort(([, a], [, b]) => b - a)
          .map(([id]) => id)
          .slice(0, MOST_ITEMS),
      );
      return cells.map(({ dimensions, asked: looked, found }) => {
        const positions = looked.map((_, i) => i).filter((i) => shown.has(looked[i]!));
        return {
          instruction,
          dimensions,
          ids: positions.map((i) => looked[i]!),
          nearest: positions.map((i) =>
            Array.from({ length: found.k }, (_, j): [string, number] => [
              ids[found.indices[i * found.k + j]!]!,
              Math.round(found.cosines[i * found.k + j]! * 1e4) / 1e4,
            ]),
          ),
        };
      });
    },
  };
}
