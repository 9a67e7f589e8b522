import * as z from 'zod';
import { UsageError } from '../../../core/errors.ts';
import { idField, numberField, textField } from './fields.ts';
import { renamed } from './renamed.ts';
import { tableRows } from './table-rows.ts';
import { requireUniqueIds } from './unique-ids.ts';

interface RerankCandidate {
  readonly text: string;
  /** 0: not relevant. */
  readonly grade: number;
}

/** A query with the candidates that a first stage found for it, in its order. */
export interface RerankQuery {
  readonly id: string;
  readonly query: string;
  readonly candidates: readonly RerankCandidate[];
}

const gradedSchema = z.object({
  id: idField.optional(),
  query: textField,
  candidates: z
    .array(z.object({ text: textField, grade: numberField }))
    .min(2, 'two candidates or more are needed'),
});
const splitSchema = z.object({
  id: idField.optional(),
  query: textField,
  positive: z.array(textField).min(1, 'a relevant text is needed'),
  negative: z.array(textField).min(1, 'an irrelevant text is needed'),
});
const rowSchema = z.preprocess(
  renamed({ qid: 'id' }),
  z.union(
    [gradedSchema, splitSchema],
    'must have query and candidates (text, grade), or query, positive and negative',
  ),
);

/**
 * Rerank data: JSON lines of `query` and `candidates` (`text`, `grade`), or of `query`, `positive`, `negative` as
 * older MTEB sets have them; with `qid` if they like.
 *
 * @throws UsageError that names file and line; also when no query has a relevant candidate
 */
export function parseRerankQueries(text: string, file: string): RerankQuery[] {
  const queries = tableRows(text, file, rowSchema).map((row, i): RerankQuery => {
    const id = row.id ?? String(i + 1);
    if ('candidates' in row) return { id, query: row.query, candidates: row.candidates };
    // Negatives first: where cosines tie, the relevant ones must not profit from the order of the file.
    const graded = (texts: readonly string[], grade: number) =>
      texts.map((candidate) => ({ text: candidate, grade }));
    return { id, query: row.query, candidates: [...graded(row.negative, 0), ...graded(row.positive, 1)] };
  });
  requireUniqueIds(
    queries.map((query) => query.id),
    file,
  );
  if (!queries.some(({ candidates }) => candidates.some(({ grade }) => grade > 0))) {
    throw new UsageError('no query has a relevant candidate', { where: file });
  }
  return queries;
}
