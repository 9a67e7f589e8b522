import { expect, test } from 'vitest';
import { mergeStories } from '../../src/run/load/merge-stories.ts';

test('counters of several windows add up; gauges and memory keep their extremes', () => {
  expect(
    mergeStories([
      { counters: { requests: 5 }, gauges: { running: { min: 1, max: 3, last: 3 } }, rssBytes: 900 },
      {
        counters: { requests: 8, tokens: 70 },
        gauges: { running: { min: 2, max: 4, last: 2 } },
        rssBytes: 700,
      },
    ]),
  ).toEqual({
    counters: { requests: 13, tokens: 70 },
    gauges: { running: { min: 1, max: 4, last: 2 } },
    rssBytes: 900,
  });
});

test('windows that tell nothing give no figure', () => {
  expect(mergeStories([])).toBeUndefined();
  expect(mergeStories([{}, {}])).toEqual({});
});
