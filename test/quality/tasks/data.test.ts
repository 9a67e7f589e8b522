import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DimsweepError, UsageError } from '../../../src/core/errors.ts';
import { parseLabelledPairs } from '../../../src/quality/tasks/data/labelled-pairs.ts';
import { parseRerankQueries } from '../../../src/quality/tasks/data/rerank-queries.ts';
import { parseRetrievalData } from '../../../src/quality/tasks/data/retrieval-data.ts';
import { parseStsPairs } from '../../../src/quality/tasks/data/sts-pairs.ts';

const sample = (path: string): string =>
  readFileSync(new URL(`../../../configs/data/${path}`, import.meta.url), 'utf8');

/** The error's place and sentence. */
function failure(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError);
    const { where, message } = thrown as DimsweepError;
    return `${where}: ${message}`;
  }
  throw new Error('nothing was thrown');
}

describe('the sets that come with dimsweep are read whole', () => {
  test('STS', () => {
    const pairs = parseStsPairs(sample('sts.csv'), 'sts.csv');
    expect(pairs).toHaveLength(sample('sts.csv').trim().split('\n').length - 1);
    expect(pairs[0]).toMatchObject({ id: 'sts-001', score: 5 });
  });
  test('pairs', () => {
    const pairs = parseLabelledPairs(sample('pairs.csv'), 'pairs.csv');
    expect(pairs[0]).toMatchObject({ id: 'pairs-001', same: true });
    expect(pairs[1]).toMatchObject({ id: 'pairs-002', same: false });
  });
  test('retrieval', () => {
    const file = (name: string) => ({ name, text: sample(`retrieval/${name}`) });
    const data = parseRetrievalData(file('corpus.jsonl'), file('queries.jsonl'), file('qrels/test.tsv'));
    expect(data.documents[0]!.text).toMatch(/^Pairing the headphones Hold the power button/);
    expect(data.relevance.get('q01')).toEqual(
      new Map([
        ['hp-pair', 2],
        ['hp-two', 1],
        ['hp-reset', 1],
      ]),
    );
  });
  test('rerank', () => {
    const queries = parseRerankQueries(sample('rerank.jsonl'), 'rerank.jsonl');
    expect(queries[0]!.id).toBe('r01');
    expect(queries[0]!.candidates.some(({ grade }) => grade === 2)).toBe(true);
  });
});

describe('shapes of other data sets', () => {
  test('sentence1 and sentence2, a byte-order mark, Windows line ends, blank lines', () => {
    const text =
      '\uFEFF{"sentence1":"a","sentence2":"b","score":"4.5"}\r\n\r\n{"sentence1":"c","sentence2":"d","score":1}\r\n';
    expect(parseStsPairs(text, 'x.jsonl')).toEqual([
      { id: '1', a: 'a', b: 'b', score: 4.5 },
      { id: '2', a: 'c', b: 'd', score: 1 },
    ]);
  });
  test('groups of duplicates become true pairs within and false ones across, the same ones each time', () => {
    const text = ['x1,g1', 'x2,g1', 'x3,g1', 'y1,g2', 'y2,g2', 'z1,g3', 'z2,g4', 'z3,g5']
      .map((row) => `${row}\n`)
      .join('');
    const pairs = parseLabelledPairs(`text,dupGroup\n${text}`, 'dups.csv');
    expect(pairs.filter((pair) => pair.same)).toHaveLength(4);
    expect(pairs.filter((pair) => !pair.same)).toHaveLength(12);
    expect(new Set(pairs.map((pair) => [pair.a, pair.b].sort().join())).size).toBe(pairs.length);
    expect(parseLabelledPairs(`text,dupGroup\n${text}`, 'dups.csv')).toEqual(pairs);
  });
  test('MTEB’s positive and negative lists', () => {
    const [query] = parseRerankQueries('{"query":"q","positive":["p"],"negative":["n1","n2"]}', 'r.jsonl');
    expect(query!.candidates).toEqual([
      { text: 'n1', grade: 0 },
      { text: 'n2', grade: 0 },
      { text: 'p', grade: 1 },
    ]);
  });
  test('a field that looks like a list of numbers stays a text', () => {
    expect(parseStsPairs('a,b,score\n1,2,3\n', 'x.csv')[0]).toMatchObject({ a: '1', b: '2', score: 3 });
  });
});

describe('what is wrong is named by file and line', () => {
  test.each([
    ['not JSON', 'x.jsonl', '{"a":"x","b":"y","score":1}\n{oops', 'x.jsonl:2: the line is not JSON'],
    ['a missing field', 'x.jsonl', '{"a":"x","score":1}', 'x.jsonl:1: "b": must be a text'],
    ['an empty text', 'x.csv', 'a,b,score\nx,y,1\nx, ,2\n', 'x.csv:3: "b": must not be empty'],
    [
      'a score that is no number',
      'x.csv',
      'a,b,score\nx,"two\nlines",high\n',
      'x.csv:2: "score": must be a number',
    ],
    ['no score', 'x.csv', 'a,b,score\nx,y,\n', 'x.csv:2: "score": must be a number'],
    [
      'an id that stands twice',
      'x.csv',
      'id,a,b,score\n7,x,y,1\n7,x,z,2\n',
      'x.csv: the id "7" stands twice',
    ],
    ['no rows', 'x.jsonl', '\n\n', 'x.jsonl: the file holds no rows'],
  ])('STS: %s', (_, file, text, expected) => {
    expect(failure(() => parseStsPairs(text, file))).toBe(expected);
  });
  test('broken quoting names the line', () => {
    expect(failure(() => parseStsPairs('a,b,score\nx,y,1\n"x,y,2\n', 'x.csv'))).toMatch(
      /^x\.csv:\d: the table cannot/,
    );
  });
  test.each([
    ['a label that is neither', 'a,b,label\nx,y,maybe\n', /^p\.csv:2: "label": must be 0 or 1/],
    ['one kind only', 'a,b,label\nx,y,1\nx,z,yes\n', /^p\.csv: true and false pairs/],
  ])('pairs: %s', (_, text, expected) => {
    expect(failure(() => parseLabelledPairs(text, 'p.csv'))).toMatch(expected);
  });
  test('pairs: two shapes in one file', () => {
    const text = '{"a":"x","b":"y","label":1}\n{"text":"x","dupGroup":1}';
    expect(failure(() => parseLabelledPairs(text, 'p.jsonl'))).toMatch(/mixed/);
  });
  test.each([
    ['a query that there is not', 'q9\td1\t1', 'qrels.tsv:2: there is no query "q9"'],
    ['a document that there is not', 'q1\td9\t1', 'qrels.tsv:2: there is no document "d9"'],
    ['a grade that is no number', 'q1\td1\thigh', 'qrels.tsv:2: "grade": must be a number'],
    ['nothing relevant', 'q1\td1\t0', 'qrels.tsv: no query has a relevant document'],
  ])('retrieval: %s', (_, row, expected) => {
    const run = () =>
      parseRetrievalData(
        { name: 'corpus.jsonl', text: '{"_id":"d1","text":"t"}' },
        { name: 'queries.jsonl', text: '{"_id":"q1","text":"t"}' },
        { name: 'qrels.tsv', text: `query-id\tcorpus-id\tscore\n${row}\n` },
      );
    expect(failure(run)).toBe(expected);
  });
  test('retrieval: an empty document', () => {
    const run = () =>
      parseRetrievalData(
        { name: 'corpus.jsonl', text: '{"_id":"d1","title":" ","text":""}' },
        { name: 'queries.jsonl', text: '{"_id":"q1","text":"t"}' },
        { name: 'qrels.tsv', text: 'query-id\tcorpus-id\tscore\nq1\td1\t1\n' },
      );
    expect(failure(run)).toMatch(/^corpus\.jsonl:1: title and text are both empty/);
  });
  test('rerank: nothing relevant, and a row of no known shape', () => {
    const zero = '{"query":"q","candidates":[{"text":"a","grade":0},{"text":"b","grade":0}]}';
    expect(failure(() => parseRerankQueries(zero, 'r.jsonl'))).toBe(
      'r.jsonl: no query has a relevant candidate',
    );
    expect(failure(() => parseRerankQueries('{"query":"q"}', 'r.jsonl'))).toMatch(
      /^r\.jsonl:1: must have query and/,
    );
  });
});
