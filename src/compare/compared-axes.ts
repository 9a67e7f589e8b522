import type { LoadRow } from '../core/record/load-row.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import { type Alignment, loadAxes, qualityAxes } from './align.ts';
import type { RunDifference } from './comparability.ts';
import type { UnmatchedCell } from './comparison.ts';
import type { CellAxes } from './difference.ts';

/** The cells of two runs, side by side. */
export interface RunAlignment {
  readonly quality: Alignment<QualityRow>;
  readonly load: Alignment<LoadRow>;
}

/** Every cell that one side has and the other lacks. */
export function unmatchedCells({ quality, load }: RunAlignment): UnmatchedCell[] {
  const listed = <Row extends { readonly id: string }>(
    kind: UnmatchedCell['kind'],
    { onlyBase, onlyCandidate }: Alignment<Row>,
    axesOf: (row: Row) => CellAxes,
  ): UnmatchedCell[] => [
    ...onlyBase.map((row) => ({ kind, cell: row.id, axes: axesOf(row), side: 'base' }) as const),
    ...onlyCandidate.map((row) => ({ kind, cell: row.id, axes: axesOf(row), side: 'candidate' }) as const),
  ];
  return [...listed('quality', quality, qualityAxes), ...listed('load', load, loadAxes)];
}

/** Axis values that only one of two sets of cells has, in words; empty when there are none. */
export function valuesOnOneSide(base: readonly CellAxes[], candidate: readonly CellAxes[]): string[] {
  const [before, after] = [valuesByAxis(base), valuesByAxis(candidate)];
  const axes = [...new Set([...before.keys(), ...after.keys()])];
  return axes.flatMap((axis) => [
    ...lacking(axis, before.get(axis), after.get(axis), 'base'),
    ...lacking(axis, after.get(axis), before.get(axis), 'candidate'),
  ]);
}

function lacking(
  axis: string,
  here: ReadonlySet<string | number> | undefined,
  there: ReadonlySet<string | number> | undefined,
  side: string,
): string[] {
  const values = [...(here ?? [])].filter((value) => there?.has(value) !== true);
  return values.length === 0 ? [] : [`${axis} ${values.join(', ')} only in the ${side}`];
}

function valuesByAxis(cells: readonly CellAxes[]): Map<string, Set<string | number>> {
  const values = new Map<string, Set<string | number>>();
  for (const cell of cells) {
    for (const [axis, value] of Object.entries(cell)) {
      values.set(axis, (values.get(axis) ?? new Set()).add(value));
    }
  }
  return values;
}

/** The axes of both runs, where they differ; a kind of cell that one side has none of is not about axes. */
export function axisDifferences({ quality, load }: RunAlignment): RunDifference[] {
  const sides = [sidesOf('quality', quality, qualityAxes), sidesOf('load', load, loadAxes)];
  return sides.flatMap(({ kind, base, candidate }): RunDifference[] => {
    const values = base.length === 0 || candidate.length === 0 ? [] : valuesOnOneSide(base, candidate);
    if (values.length === 0) return [];
    return [
      {
        code: 'differentAxes',
        spoils: 'none',
        message: `different axes of the ${kind} cells: ${values.join('; ')}`,
      },
    ];
  });
}

/** The axes of both sides' cells of one kind. */
function sidesOf<Row>(
  kind: UnmatchedCell['kind'],
  { matched, onlyBase, onlyCandidate }: Alignment<Row>,
  axesOf: (row: Row) => CellAxes,
): { kind: UnmatchedCell['kind']; base: CellAxes[]; candidate: CellAxes[] } {
  return {
    kind,
    base: [...matched.map(({ base }) => base), ...onlyBase].map(axesOf),
    candidate: [...matched.map(({ candidate }) => candidate), ...onlyCandidate].map(axesOf),
  };
}
