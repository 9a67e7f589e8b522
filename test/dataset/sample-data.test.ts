import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/read-config.ts';
import { buildDataCard } from '../../src/dataset/card/data-card.ts';
import { classCounts } from '../../src/dataset/dataset.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';
import { requireScorable } from '../../src/dataset/scorable.ts';
import { taskNeeds } from '../../src/dataset/task-needs.ts';
import { textKey } from '../../src/dataset/text-key.ts';
import { parseLabelledPairs } from '../../src/quality/tasks/data/labelled-pairs.ts';
import { parseRerankQueries } from '../../src/quality/tasks/data/rerank-queries.ts';
import { parseRetrievalData } from '../../src/quality/tasks/data/retrieval-data.ts';
import { parseStsPairs } from '../../src/quality/tasks/data/sts-pairs.ts';

const configs = fileURLToPath(new URL('../../configs/', import.meta.url));
const read = (name: string) => readFileSync(`${configs}data/${name}`, 'utf8');
const distinct = (texts: readonly string[]) => new Set(texts.map(textKey)).size;

describe('the hand-written reviews', () => {
  const { config } = readConfig(`${configs}reviews-zh-en.yaml`, { environment: {} });
  const load = (settings = {}) =>
    loadDataset({ ...config.dataset, ...settings }, { baseDirectory: configs, seed: config.seed });

  test('the config runs on them: 250 good rows in three classes', async () => {
    const dataset = await load();
    expect(dataset.ids).toHaveLength(250);
    expect(dataset.badRows.count).toBe(0);
    expect(Object.fromEntries(classCounts(dataset, 'rating'))).toEqual({
      negative: 100,
      neutral: 50,
      positive: 100,
    });
    if (config.quality === false) throw new Error('the config scores quality');
    const quality = config.quality;
    expect(() => requireScorable(dataset, taskNeeds(quality))).not.toThrow();
  });

  test('each language has 25 reviews per star', async () => {
    for (const language of ['zh', 'en']) {
      const { labels, ...part } = await load({ where: { language }, labels: undefined });
      const counts = classCounts({ labels, ...part }, 'rating');
      expect(Object.fromEntries(counts)).toEqual({ 1: 25, 2: 25, 3: 25, 4: 25, 5: 25 });
    }
  });

  test('they are what their language column says, of the promised length, and none is like another', async () => {
    const dataset = await load();
    dataset.texts.forEach((text, row) => {
      const chinese = dataset.labels['language']![row] === 'zh';
      const length = chinese ? Array.from(text).length : text.split(/\s+/).length;
      expect(length, text).toBeGreaterThanOrEqual(chinese ? 10 : 5);
      expect(length, text).toBeLessThanOrEqual(chinese ? 80 : 60);
    });
    const card = buildDataCard(dataset);
    expect(card).toMatchObject({ exactDuplicates: 0, nearDuplicates: 0, conflictingTexts: 0 });
    expect(card.scripts).toEqual({ latin: 0.5, han: 0.5 });
  });

  test('no phrase of six words, or of seven Chinese characters, occurs twice', async () => {
    const { texts, labels } = await load();
    const seen = new Map<string, string>();
    texts.forEach((text, row) => {
      const chinese = labels['language']![row] === 'zh';
      const units = chinese
        ? Array.from(text.replace(/\P{L}/gu, ''))
        : (text.toLowerCase().match(/[\p{L}']+/gu) ?? []);
      const size = chinese ? 7 : 6;
      for (let i = 0; i + size <= units.length; i++) {
        const phrase = units.slice(i, i + size).join(' ');
        expect(seen.get(phrase) ?? text, phrase).toBe(text);
        seen.set(phrase, text);
      }
    });
  });
});

describe('the sets for the other tasks can be read and judged', () => {
  test('sts: the whole scale is used', () => {
    const pairs = parseStsPairs(read('sts.csv'), 'sts.csv');
    expect(pairs.length).toBeGreaterThanOrEqual(60);
    const scores = pairs.map((pair) => pair.score);
    expect([Math.min(...scores), Math.max(...scores)]).toEqual([0, 5]);
    for (let level = 0; level < 5; level++) {
      expect(scores.filter((s) => s >= level && s < level + 1).length, `from ${level}`).toBeGreaterThan(2);
    }
    expect(distinct(pairs.map((pair) => `${pair.a}|${pair.b}`))).toBe(pairs.length);
  });

  test('pairs: half of them are the same question', () => {
    const pairs = parseLabelledPairs(read('pairs.csv'), 'pairs.csv');
    expect(pairs).toHaveLength(88);
    expect(pairs.filter((pair) => pair.same)).toHaveLength(44);
    expect(distinct(pairs.map((pair) => `${pair.a}|${pair.b}`))).toBe(88);
  });

  test('retrieval: every question has an answer, passages are distinct', () => {
    const named = (name: string) => ({ name, text: read(`retrieval/${name}`) });
    const data = parseRetrievalData(named('corpus.jsonl'), named('queries.jsonl'), named('qrels/test.tsv'));
    expect(data.documents).toHaveLength(80);
    expect(distinct(data.documents.map((document) => document.text))).toBe(80);
    expect(data.queries).toHaveLength(38);
    for (const { id } of data.queries) {
      expect(Math.max(...data.relevance.get(id)!.values()), id).toBe(2);
    }
  });

  test('rerank: the best candidate is unique and is not given away by its place', () => {
    const queries = parseRerankQueries(read('rerank.jsonl'), 'rerank.jsonl');
    expect(queries.length).toBeGreaterThanOrEqual(20);
    const places = queries.map(({ candidates }) => {
      expect(candidates.length).toBeGreaterThanOrEqual(6);
      expect(candidates.length).toBeLessThanOrEqual(8);
      expect(candidates.filter((candidate) => candidate.grade === 3)).toHaveLength(1);
      return candidates.findIndex((candidate) => candidate.grade === 3);
    });
    expect(new Set(places).size).toBeGreaterThanOrEqual(4);
  });

  test('the read-me says that they are hand-written samples, and counts them rightly', () => {
    const readme = read('README.md');
    expect(readme).toMatch(/written by hand/);
    for (const count of [
      '250 short',
      '78 pairs',
      '88 pairs',
      '80 passages',
      '38 questions',
      '63 graded',
      '21 questions',
    ]) {
      expect(readme).toContain(count);
    }
  });
});
