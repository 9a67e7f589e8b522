import * as z from 'zod';
import { UsageError } from '../../../core/errors.ts';
import { createRandom, shuffled } from '../../../core/random.ts';
import { booleanField, idField, textField } from './fields.ts';
import { renamed } from './renamed.ts';
import { tableRows } from './table-rows.ts';
import { requireUniqueIds } from './unique-ids.ts';

/** Two texts and whether they belong together. */
export interface LabelledPair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

const pairSchema = z.object({ id: idField.optional(), a: textField, b: textField, label: booleanField });
const memberSchema = z.object({ id: idField.optional(), text: textField, dupGroup: idField });
const rowSchema = z.preprocess(
  renamed({ sentence1: 'a', sentence2: 'b', same: 'label' }),
  z.union([pairSchema, memberSchema], 'must have a, b and label (0 or 1), or text and dupGroup'),
);

/** False pairs per true one, when pairs are made of groups. */
const FALSE_PER_TRUE = 3;

/**
 * Pair data: rows of `a`, `b`, `label` (0 or 1), or rows of `text`, `dupGroup`. Groups give every pair of their
 * members as true, and three times as many seeded pairs across groups as false.
 *
 * @throws UsageError that names file and line; also when both shapes are mixed or no true pair is there
 */
export function parseLabelledPairs(text: string, file: string, seed = 42): LabelledPair[] {
  const rows = tableRows(text, file, rowSchema);
  const members = rows.filter((row) => 'dupGroup' in row);
  if (members.length > 0 && members.length < rows.length) {
    throw new UsageError('rows of pairs and rows of groups are mixed', {
      where: file,
      hint: 'write a, b and label in every row, or text and dupGroup in every row',
    });
  }
  const pairs =
    members.length > 0
      ? pairsOfGroups(members, seed)
      : rows.flatMap((row, i) =>
          'label' in row ? [{ id: row.id ?? String(i + 1), a: row.a, b: row.b, same: row.label }] : [],
        );
  requireUniqueIds(
    pairs.map((pair) => pair.id),
    file,
  );
  if (!pairs.some((pair) => pair.same) || pairs.every((pair) => pair.same)) {
    throw new UsageError('true and false pairs are needed, and one kind is missing', { where: file });
  }
  return pairs;
}

type Member = z.output<typeof memberSchema>;

function pairsOfGroups(members: readonly Member[], seed: number): LabelledPair[] {
  const pairOf = (i: number, j: number, same: boolean): LabelledPair => ({
    id: `${members[i]!.id ?? i + 1}~${members[j]!.id ?? j + 1}`,
    a: members[i]!.text,
    b: members[j]!.text,
    same,
  });
  const together: LabelledPair[] = [];
  members.forEach((first, i) => {
    for (let j = i + 1; j < members.length; j++) {
      if (members[j]!.dupGroup === first.dupGroup) together.push(pairOf(i, j, true));
    }
  });
  const random = createRandom(seed, 'pairs of groups');
  const apart: LabelledPair[] = [];
  // A walk over shuffled positions at growing distance meets every cross pair once at most.
  const order = shuffled([...members.keys()], random);
  for (
    let distance = 1;
    distance < order.length && apart.length < FALSE_PER_TRUE * together.length;
    distance++
  ) {
    for (let k = 0; k + distance < order.length && apart.length < FALSE_PER_TRUE * together.length; k++) {
      const [i, j] = [order[k]!, order[k + distance]!];
      if (members[i]!.dupGroup !== members[j]!.dupGroup) apart.push(pairOf(i, j, false));
    }
  }
  return [...together, ...apart];
}
