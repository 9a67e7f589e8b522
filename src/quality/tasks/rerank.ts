import { mean } from '../../stats/moments.ts';
import type { PrefixView } from '../engine.ts';
import { ndcgAt } from '../metrics/retrieval-scores.ts';
import { meanScore } from '../score-intervals.ts';
import type { RerankQuery } from './data/rerank-queries.ts';
import type { QualityTask, TaskEnvironment } from './task.ts';

export interface RerankSource {
  readonly queries: readonly RerankQuery[];
  /** Scores of a reranker for every candidate of every query, in their order; absent: no reranker answered. */
  readonly rerankScores?: readonly (readonly number[])[];
  /** Why there are none. */
  readonly rerankMissing?: string;
  /** Candidates that the first stage hands on, by cosine; 100 by default. */
  readonly depth?: number;
}

export interface RerankSpec {
  readonly queries: readonly {
    readonly id: string;
    readonly grades: readonly number[];
    readonly scores?: readonly number[];
  }[];
  readonly depth: number;
  readonly rerankMissing?: string;
}

/**
 * Two-stage search: the vectors order each query's candidates, a reranker orders the best of them anew. nDCG@10
 * before and after shows what the second stage mends, at every dimension.
 */
export const rerank: QualityTask<RerankSource, RerankSpec> = {
  id: 'rerank',
  reads: 'own',
  plan({ queries, rerankScores, rerankMissing, depth = 100 }) {
    return {
      spec: {
        queries: queries.map(({ id, candidates }, q) => ({
          id,
          grades: candidates.map((candidate) => candidate.grade),
          ...(rerankScores === undefined ? {} : { scores: rerankScores[q]! }),
        })),
        depth,
        ...(rerankMissing === undefined ? {} : { rerankMissing }),
      },
      texts: queries.flatMap(({ id, query, candidates }) => [
        { id: `query:${id}`, text: query, role: 'query' as const },
        ...candidates.map(({ text }, i) => ({ id: candidateId(id, i), text, role: 'document' as const })),
      ]),
    };
  },
  prepare({ queries, depth, rerankMissing }, environment) {
    const answered = queries.filter(
      ({ id, grades }) =>
        environment.ownRowOf.has(`query:${id}`) &&
        grades.every((_, i) => environment.ownRowOf.has(candidateId(id, i))) &&
        grades.some((grade) => grade > 0),
    );
    const notes =
      answered.length === queries.length
        ? []
        : [
            `rerank: ${queries.length - answered.length} of ${queries.length} queries have no relevant candidate or lost an embedding`,
          ];
    return ({ own }) => {
      if (own === undefined || answered.length === 0) {
        return { scores: {}, notes: [...notes, 'rerank: no query can be scored'] };
      }
      const ids = answered.map(({ id }) => id);
      const orders = answered.map((query) => cosineOrder(query, own, environment));
      const before = answered.map(({ grades }, q) => ndcgOf(orders[q]!, grades));
      const base = { rerankBaseNdcgAt10: meanScore(before, environment.options, { range: [0, 1] }) };
      const missing = answered.some(({ scores }) => scores === undefined);
      if (missing) {
        return { scores: base, notes: [...notes, `rerank: ${rerankMissing ?? 'no reranker was asked'}`] };
      }
      const after = answered.map(({ grades, scores }, q) =>
        ndcgOf(reordered(orders[q]!, scores!, depth), grades),
      );
      const gains = after.map((value, q) => value - before[q]!);
      return {
        scores: {
          ...base,
          rerankNdcgAt10: meanScore(after, environment.options, { range: [0, 1], baseline: mean(before) }),
          rerankGain: meanScore(gains, environment.options, { range: [-1, 1], baseline: 0 }),
        },
        perItem: { rerankNdcgAt10: { ids, values: after }, rerankBaseNdcgAt10: { ids, values: before } },
        ...(notes.length === 0 ? {} : { notes }),
      };
    };
  },
};

function candidateId(query: string, candidate: number): string {
  return `candidate:${query}:${candidate}`;
}

/** Candidates by descending cosine; equal ones keep their order. */
function cosineOrder(
  { id, grades }: RerankSpec['queries'][number],
  own: PrefixView,
  { ownRowOf }: TaskEnvironment,
): number[] {
  const query = ownRowOf.get(`query:${id}`)!;
  const cosines = grades.map((_, i) => own.cosine(query, ownRowOf.get(candidateId(id, i))!));
  return grades.map((_, i) => i).sort((a, b) => cosines[b]! - cosines[a]!);
}

/** The first `depth` by descending rerank score, the rest behind them as they were. */
function reordered(order: readonly number[], scores: readonly number[], depth: number): number[] {
  const head = order.slice(0, depth).sort((a, b) => scores[b]! - scores[a]!);
  return [...head, ...order.slice(depth)];
}

function ndcgOf(order: readonly number[], grades: readonly number[]): number {
  return ndcgAt(
    order.map((i) => grades[i]!),
    grades.filter((grade) => grade > 0),
    10,
  );
}
