import * as z from 'zod';
import { UsageError } from '../../../core/errors.ts';
import { idField, numberField, textField } from './fields.ts';
import { renamed } from './renamed.ts';
import { tableRows } from './table-rows.ts';
import { requireUniqueIds } from './unique-ids.ts';

interface IdentifiedText {
  readonly id: string;
  readonly text: string;
}

/** A retrieval set in BEIR's layout. */
export interface RetrievalData {
  readonly documents: readonly IdentifiedText[];
  readonly queries: readonly IdentifiedText[];
  /** Query id → document id → grade above 0. */
  readonly relevance: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** Files of a BEIR folder, by their path in it. */
export const RETRIEVAL_FILES = {
  corpus: 'corpus.jsonl',
  queries: 'queries.jsonl',
  qrels: 'qrels/test.tsv',
} as const;

const documentSchema = z.preprocess(
  renamed({ _id: 'id' }),
  z
    .object({ id: idField, title: z.string().default(''), text: z.string().default('') })
    .refine(({ title, text }) => `${title}${text}`.trim() !== '', 'title and text are both empty'),
);
const querySchema = z.preprocess(renamed({ _id: 'id' }), z.object({ id: idField, text: textField }));
const judgementSchema = z.preprocess(
  renamed({ 'query-id': 'query', 'corpus-id': 'document', score: 'grade' }),
  z.object({ query: idField, document: idField, grade: numberField }),
);

/** Text of one of the folder's files, with the name that errors give. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and a `qrels` table
 * (`query-id`, `corpus-id`, `score`). Title and text are joined by a space, as BEIR and MTEB do. Grades of 0
 * say "judged and not relevant" and are left out, as are queries without a relevant document.
 *
 * @throws UsageError that names file and line; also when a judgement names a query or document that there is
 *   not, or no query has a relevant document
 */
export function parseRetrievalData(corpus: NamedText, queries: NamedText, qrels: NamedText): RetrievalData {
  const documents = tableRows(corpus.text, corpus.name, documentSchema).map(({ id, title, text }) => ({
    id,
    text: `${title} ${text}`.trim(),
  }));
  const asked = tableRows(queries.text, queries.name, querySchema);
  const documentIds = documents.map(({ id }) => id);
  const queryIds = asked.map(({ id }) => id);
  requireUniqueIds(documentIds, corpus.name);
  requireUniqueIds(queryIds, queries.name);
  const relevance = readJudgements(qrels, new Set(queryIds), new Set(documentIds));
  if (relevance.size === 0) throw new UsageError('no query has a relevant document', { where: qrels.name });
  return { documents, queries: asked, relevance };
}

function readJudgements(
  qrels: NamedText,
  queries: ReadonlySet<string>,
  documents: ReadonlySet<string>,
): Map<string, Map<string, number>> {
  const relevance = new Map<string, Map<string, number>>();
  tableRows(qrels.text, qrels.name, judgementSchema).forEach(({ query, document, grade }, i) => {
    // The header is line 1, so that row i stands on line i + 2.
    const where = `${qrels.name}:${i + 2}`;
    if (!queries.has(query)) throw new UsageError(`there is no query "${query}"`, { where });
    if (!documents.has(document)) throw new UsageError(`there is no document "${document}"`, { where });
    if (grade <= 0) return;
    const known = relevance.get(query) ?? new Map<string, number>();
    relevance.set(query, known.set(document, grade));
  });
  return relevance;
}
