import * as z from 'zod';
import { idField, numberField, textField } from './fields.ts';
import { renamed } from './renamed.ts';
import { tableRows } from './table-rows.ts';
import { requireUniqueIds } from './unique-ids.ts';

/** Two texts and how alike people judged them, on any scale. */
export interface StsPair {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly score: number;
}

const rowSchema = z.preprocess(
  renamed({ sentence1: 'a', sentence2: 'b' }),
  z.object({ id: idField.optional(), a: textField, b: textField, score: numberField }),
);

/**
 * STS data: JSON lines, CSV or TSV with `a`, `b` (or `sentence1`, `sentence2`), `score` and, if it likes, `id`.
 *
 * @throws UsageError that names file and line
 */
export function parseStsPairs(text: string, file: string): StsPair[] {
  const rows = tableRows(text, file, rowSchema).map((row, i) => ({ ...row, id: row.id ?? String(i + 1) }));
  requireUniqueIds(
    rows.map((row) => row.id),
    file,
  );
  return rows;
}
