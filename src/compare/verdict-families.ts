import type { PairedVerdict, QualityRow } from '../core/record/quality-row.ts';

type Question = PairedVerdict['question'];

/** A cell, the cell it is measured against, and the question that the pair answers. */
export interface DeclaredPair {
  readonly question: Question;
  readonly candidate: QualityRow;
  readonly reference: QualityRow;
}

/**
 * The comparisons a run declares, always against one reference and never all against all: every width against
 * the widest, every dtype against float32, every instruction against the first, everything else equal.
 *
 * @param instructions names in the order of the config; the first is the reference
 */
export function declaredPairs(rows: readonly QualityRow[], instructions: readonly string[]): DeclaredPair[] {
  return [
    ...pairsAgainst(rows, 'dimensions', (row) => [row.instruction, row.dtype, row.serverArgs], widest),
    ...pairsAgainst(
      rows,
      'instruction',
      (row) => [row.dimensions, row.dtype, row.serverArgs],
      (group) => group.find((row) => row.instruction === instructions[0]),
    ),
    ...pairsAgainst(
      rows,
      'dtype',
      (row) => [row.dimensions, row.instruction, row.serverArgs],
      (group) => group.find((row) => row.dtype === 'float32'),
    ),
  ];
}

function pairsAgainst(
  rows: readonly QualityRow[],
  question: Question,
  keyOf: (row: QualityRow) => readonly unknown[],
  referenceOf: (group: readonly QualityRow[]) => QualityRow | undefined,
): DeclaredPair[] {
  const groups = new Map<string, QualityRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(keyOf(row));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((group) => {
    const reference = referenceOf(group);
    if (reference === undefined) return [];
    return group
      .filter((candidate) => candidate !== reference)
      .map((candidate) => ({ question, candidate, reference }));
  });
}

function widest(group: readonly QualityRow[]): QualityRow | undefined {
  return group.reduce((best, row) => (row.dimensions > best.dimensions ? row : best), group[0]!);
}
