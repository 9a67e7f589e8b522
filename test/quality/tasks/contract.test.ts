import { describe, expect, test } from 'vitest';
import { TASK_NAMES, type TaskName } from '../../../src/config/quality-config.ts';
import { metricOfScoreKey } from '../../../src/core/metrics.ts';
import { createRandom } from '../../../src/core/random.ts';
import { qualityRowSchema } from '../../../src/core/record/quality-row.ts';
import type { QualityJob } from '../../../src/quality/quality-job.ts';
import type { TaskText } from '../../../src/quality/tasks/task.ts';
import { TASKS } from '../../../src/quality/tasks/tasks.ts';
import { CLASSES, evaluateExample } from '../example-job.ts';

const pairTexts = Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, a: `left ${i}`, b: `right ${i}` }));
const documents = Array.from({ length: 40 }, (_, i) => ({ id: `d${i}`, text: `document ${i}` }));

/** A source for every task, as the main thread would give it. */
const SOURCES: Record<TaskName, unknown> = {
  classification: { column: 'sentiment', protocols: ['holdout', 'cv', 'fewShot'] },
  ordinal: { column: 'stars' },
  clustering: { columns: ['sentiment', 'parity'] },
  zeroShot: { column: 'sentiment', classes: CLASSES },
  sts: { pairs: pairTexts.map((pair, i) => ({ ...pair, score: i % 6 })) },
  pairs: { pairs: pairTexts.map((pair, i) => ({ ...pair, same: i % 3 === 0 })) },
  retrieval: {
    documents,
    queries: Array.from({ length: 8 }, (_, i) => ({ id: `q${i}`, text: `query ${i}` })),
    relevance: new Map(Array.from({ length: 8 }, (_, i) => [`q${i}`, new Map([[`d${i}`, 1]])])),
  },
  rerank: {
    queries: Array.from({ length: 6 }, (_, i) => ({
      id: `q${i}`,
      query: `query ${i}`,
      candidates: [0, 1, 2, 3].map((c) => ({ text: `candidate ${i} ${c}`, grade: Number(c === i % 4) })),
    })),
    rerankScores: Array.from({ length: 6 }, (_, i) => [0, 1, 2, 3].map((c) => Number(c === i % 4))),
  },
  fidelity: {},
};

function planned(name: TaskName): { spec: unknown; texts: readonly TaskText[] } {
  return TASKS[name].plan(SOURCES[name] as never) as { spec: unknown; texts: readonly TaskText[] };
}

function jobTask(name: TaskName): QualityJob['tasks'][number] {
  const { spec, texts } = planned(name);
  const random = createRandom(7, name);
  const own = {
    ids: texts.map((text) => text.id),
    dimensions: 64,
    values: Float32Array.from({ length: texts.length * 64 }, () => random.next() - 0.5),
  };
  return { task: name, spec, ...(texts.length === 0 ? {} : { own }) } as never;
}

describe('the table of tasks', () => {
  test('holds every task that a config can name, under its own name', () => {
    expect(Object.keys(TASKS)).toEqual([...TASK_NAMES]);
    for (const name of TASK_NAMES) expect(TASKS[name].id).toBe(name);
  });
});

describe.each(TASK_NAMES)('%s', (name) => {
  const stars = { stars: Array.from({ length: 240 }, (_, i) => String((i % 5) + 1)) };
  const evaluate = () => {
    const base = evaluateExample();
    expect(base.rows).toHaveLength(2);
    return evaluateExample({
      tasks: [jobTask(name)],
      dtypes: ['float32', 'int8'],
      ...(name === 'ordinal'
        ? { items: { ids: Array.from({ length: 240 }, (_, i) => `item-${i}`), labels: stars } }
        : {}),
    });
  };

  test('plans texts with unique ids and a role', () => {
    const { texts } = planned(name);
    expect(new Set(texts.map((text) => text.id)).size).toBe(texts.length);
    expect(TASKS[name].reads === 'items').toBe(texts.length === 0);
  });

  test('its spec is plain data without the texts', () => {
    const { spec, texts } = planned(name);
    expect(structuredClone(spec)).toEqual(spec);
    for (const { text } of texts.slice(0, 3))
      expect(JSON.stringify(spec)).not.toContain(text === 'negative' ? '¤' : text);
  });

  test('scores every cell under known metrics, with intervals that hold the value, and n', () => {
    const { rows } = evaluate();
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(qualityRowSchema.parse(row)).toEqual(row);
      expect(Object.keys(row.scores).length).toBeGreaterThan(0);
      for (const [key, score] of Object.entries(row.scores)) {
        expect(metricOfScoreKey(key), key).toBeDefined();
        expect(score.n, key).toBeGreaterThan(0);
        if (key === 'cosineMin') continue;
        expect(score.low, key).toBeLessThanOrEqual(score.value);
        expect(score.high, key).toBeGreaterThanOrEqual(score.value);
        expect(score.method, key).toBeDefined();
      }
    }
  });

  test('gives the same rows again', () => {
    expect(evaluate()).toEqual(evaluate());
  });

  test('item values whose key is a metric average to that metric', () => {
    for (const row of evaluate().rows) {
      for (const [key, { ids, values }] of Object.entries(row.perItem ?? {})) {
        expect(values).toHaveLength(ids.length);
        const score = row.scores[key];
        if (score === undefined) continue;
        expect(values.reduce((total, value) => total + value, 0) / values.length).toBeCloseTo(score.value, 9);
      }
    }
  });
});
