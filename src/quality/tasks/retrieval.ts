import type { Score } from '../../core/record/score.ts';
import type { PrefixView } from '../engine.ts';
import { averagePrecisionAt, ndcgAt, recallAt, reciprocalRankAt } from '../metrics/retrieval-scores.ts';
import { meanScore } from '../score-intervals.ts';
import type { RetrievalData } from './data/retrieval-data.ts';
import { nearestColumns } from './nearest-columns.ts';
import type { QualityTask, TaskEnvironment, TaskOutcome } from './task.ts';

export interface RetrievalSpec {
  readonly documentIds: readonly string[];
  /** Queries with at least one relevant document. */
  readonly queries: readonly {
    readonly id: string;
    /** Document id → grade above 0. */
    readonly relevant: Readonly<Record<string, number>>;
  }[];
}

/** Depth of the ranked lists: what Recall@100 and MAP@100 look at. */
const DEPTH = 100;
const QUERIES_AT_ONCE = 32;

/**
 * Exact search of every query over the corpus by cosine, scored as MTEB and trec_eval do: linear gain, ties
 * broken by descending document id, queries without a relevant document left out.
 */
export const retrieval: QualityTask<RetrievalData, RetrievalSpec> = {
  id: 'retrieval',
  reads: 'own',
  plan: (data) => ({
    spec: {
      documentIds: data.documents.map((document) => document.id),
      queries: data.queries.flatMap(({ id }) => {
        const relevant = data.relevance.get(id);
        return relevant === undefined ? [] : [{ id, relevant: Object.fromEntries(relevant) }];
      }),
    },
    texts: [
      ...data.queries
        .filter(({ id }) => data.relevance.has(id))
        .map(({ id, text }) => ({ id: `query:${id}`, text, role: 'query' as const })),
      ...data.documents.map(({ id, text }) => ({ id: `document:${id}`, text, role: 'document' as const })),
    ],
  }),
  prepare(spec, environment) {
    const searchable = searchableDocuments(spec, environment);
    const asked = spec.queries.filter(({ id }) => environment.ownRowOf.has(`query:${id}`));
    const notes = lossNotes(spec, asked.length, searchable.ids.length);
    return ({ own }) => {
      if (own === undefined || asked.length === 0 || searchable.ids.length === 0) {
        return { scores: {}, notes: [...notes, 'retrieval: no query or no document has a vector'] };
      }
      const lists = rankDocuments(own, asked, searchable, environment);
      return { ...scoreLists(asked, lists, environment), ...(notes.length === 0 ? {} : { notes }) };
    };
  },
};

/** Documents with a vector, in descending order of id, so that equal cosines fall in trec_eval's order. */
interface Searchable {
  readonly ids: readonly string[];
  /** Row in the own view of each. */
  readonly rows: Int32Array;
}

function searchableDocuments({ documentIds }: RetrievalSpec, { ownRowOf }: TaskEnvironment): Searchable {
  const ids = documentIds.filter((id) => ownRowOf.has(`document:${id}`)).sort((a, b) => (a < b ? 1 : -1));
  return { ids, rows: Int32Array.from(ids, (id) => ownRowOf.get(`document:${id}`)!) };
}

function lossNotes(spec: RetrievalSpec, asked: number, searchable: number): string[] {
  const notes: string[] = [];
  const { queries, documentIds } = spec;
  if (asked < queries.length) {
    notes.push(`retrieval: ${queries.length - asked} of ${queries.length} queries lost their embedding`);
  }
  if (searchable < documentIds.length) {
    notes.push(
      `retrieval: ${documentIds.length - searchable} of ${documentIds.length} documents lost their embedding and cannot be found`,
    );
  }
  return notes;
}

/** Ids of the nearest documents of every query, nearest first. */
function rankDocuments(
  own: PrefixView,
  asked: RetrievalSpec['queries'],
  { ids, rows }: Searchable,
  { ownRowOf }: TaskEnvironment,
): string[][] {
  const lists: string[][] = [];
  const buffer = new Float32Array(QUERIES_AT_ONCE * own.rows);
  for (let from = 0; from < asked.length; from += QUERIES_AT_ONCE) {
    const block = asked.slice(from, from + QUERIES_AT_ONCE);
    const queryRows = Int32Array.from(block, ({ id }) => ownRowOf.get(`query:${id}`)!);
    const cosines = own.cosines(queryRows, buffer.subarray(0, block.length * own.rows));
    block.forEach((_, q) => {
      const scores = cosines.subarray(q * own.rows, (q + 1) * own.rows);
      lists.push(nearestColumns(scores, rows, DEPTH).map((position) => ids[position]!));
    });
  }
  return lists;
}

function scoreLists(
  asked: RetrievalSpec['queries'],
  lists: readonly (readonly string[])[],
  { options }: TaskEnvironment,
): TaskOutcome {
  const graded = asked.map(({ relevant }, q) => ({
    grades: lists[q]!.map((id) => (Object.hasOwn(relevant, id) ? relevant[id]! : 0)),
    judged: Object.values(relevant),
  }));
  const values = {
    ndcgAt10: graded.map(({ grades, judged }) => ndcgAt(grades, judged, 10)),
    mrrAt10: graded.map(({ grades }) => reciprocalRankAt(grades, 10)),
    recallAt10: graded.map(({ grades, judged }) => recallAt(grades, judged, 10)),
    recallAt100: graded.map(({ grades, judged }) => recallAt(grades, judged, 100)),
    mapAt100: graded.map(({ grades, judged }) => averagePrecisionAt(grades, judged, 100)),
  };
  const scores: Record<string, Score> = {};
  for (const [name, byQuery] of Object.entries(values)) {
    scores[name] = meanScore(byQuery, options, { range: [0, 1] });
  }
  const ids = asked.map(({ id }) => id);
  return {
    scores,
    perItem: { ndcgAt10: { ids, values: values.ndcgAt10 }, mrrAt10: { ids, values: values.mrrAt10 } },
  };
}
