import type { CellAxes, Difference } from './difference.ts';

/** What the cells that changed one way have in common, and the others lack. */
export interface ChangePattern {
  readonly kind: 'quality' | 'load';
  readonly verdict: 'improved' | 'regressed';
  /** The values that every changed cell has, of the axes that vary over the judged cells. */
  readonly axes: CellAxes;
  readonly changed: number;
  /** Judged cells with these values, the changed ones among them. */
  readonly alike: number;
  /** Judged cells without; none of them changed. */
  readonly others: number;
}

/** One changed cell has everything in common with itself. */
const LEAST_CHANGED = 2;
/** Where fewer cells with the values changed, the values are hardly what it is about. */
const LEAST_SHARE = 0.5;

/**
 * Names the axis values that a change goes with: a server that got slower at one batch size has all its regressed
 * cells there and none elsewhere. It says where, not why, and says nothing where the changed cells have no value in
 * common.
 */
export function changePatterns(differences: readonly Difference[]): ChangePattern[] {
  return (['quality', 'load'] as const).flatMap((kind) =>
    (['regressed', 'improved'] as const).flatMap((verdict) => patternOf(differences, kind, verdict) ?? []),
  );
}

function patternOf(
  differences: readonly Difference[],
  kind: ChangePattern['kind'],
  verdict: ChangePattern['verdict'],
): ChangePattern | undefined {
  const judged = cellsOf(
    differences,
    (found) => found.subject.kind === kind && found.verdict !== 'noVerdict',
  );
  const changed = cellsOf(differences, (found) => found.subject.kind === kind && found.verdict === verdict);
  if (changed.length < LEAST_CHANGED) return undefined;
  const axes = valuesInCommon(changed, judged);
  if (Object.keys(axes).length === 0) return undefined;
  const alike = judged.filter((cell) => has(cell, axes)).length;
  if (changed.length < LEAST_SHARE * alike) return undefined;
  return { kind, verdict, axes, changed: changed.length, alike, others: judged.length - alike };
}

/** Each cell once, however many of its figures are among the differences. */
function cellsOf(differences: readonly Difference[], isWanted: (found: Difference) => boolean): CellAxes[] {
  return [
    ...new Map(differences.filter(isWanted).map(({ subject }) => [subject.cell, subject.axes])).values(),
  ];
}

function valuesInCommon(changed: readonly CellAxes[], judged: readonly CellAxes[]): CellAxes {
  const shared = Object.entries(changed[0]!).filter(([axis, value]) =>
    changed.every((cell) => cell[axis] === value),
  );
  return Object.fromEntries(shared.filter(([axis, value]) => judged.some((cell) => cell[axis] !== value)));
}

function has(cell: CellAxes, axes: CellAxes): boolean {
  return Object.entries(axes).every(([axis, value]) => cell[axis] === value);
}
