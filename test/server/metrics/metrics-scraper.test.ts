import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { createCounterTally } from '../../../src/server/metrics/counter-tally.ts';
import { type Exposition, parseExposition } from '../../../src/server/metrics/exposition.ts';
import { createGaugeRanges } from '../../../src/server/metrics/gauge-range.ts';
import { createMetricsScraper } from '../../../src/server/metrics/metrics-scraper.ts';

const fixture = (name: string) =>
  parseExposition(readFileSync(new URL(`fixtures/${name}.prom`, import.meta.url), 'utf8'));

/** A clock whose sleeps end when the test says so. */
function steppedClock(): Clock & { step(): Promise<void> } {
  const wake: (() => void)[] = [];
  const asleep: (() => void)[] = [];
  return {
    nowMs: () => 0,
    wallMs: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        wake.push(resolve);
        asleep.shift()?.();
      }),
    async step() {
      if (wake.length === 0) await new Promise<void>((resolve) => asleep.push(resolve));
      wake.shift()!();
      if (wake.length === 0) await new Promise<void>((resolve) => asleep.push(resolve));
    },
  };
}

describe('createCounterTally', () => {
  test('sums a counter over its labels and counts a series that is born later from 0', () => {
    const tally = createCounterTally();
    tally.take(parseExposition('# TYPE sglang:prompt_tokens_total counter\nsglang:prompt_tokens_total 100'));
    tally.take(
      parseExposition(
        '# TYPE sglang:prompt_tokens_total counter\nsglang:prompt_tokens_total 160\n' +
          '# TYPE sglang:cached_tokens_total counter\nsglang:cached_tokens_total{cache_source="device"} 7\n' +
          'sglang:cached_tokens_total{cache_source="host"} 5',
      ),
    );
    expect(tally.increases()).toEqual({ 'sglang:prompt_tokens_total': 60, 'sglang:cached_tokens_total': 12 });
    expect(tally.resets()).toEqual([]);
  });

  test('counts on through a reset and names it', () => {
    const tally = createCounterTally();
    for (const value of [100, 130, 20, 25]) tally.take(parseExposition(`sglang:num_requests_total ${value}`));
    expect(tally.increases()).toEqual({ 'sglang:num_requests_total': 30 + 20 + 5 });
    expect(tally.resets()).toEqual(['sglang:num_requests_total']);
  });

  test('takes sums and counts of histograms, and neither buckets nor the interpreter’s own counters', () => {
    const tally = createCounterTally();
    tally.take(fixture('sglang-new'));
    expect(Object.keys(tally.increases()).sort()).toEqual([
      'sglang:cached_tokens_total',
      'sglang:num_aborted_requests_total',
      'sglang:num_requests_total',
      'sglang:prompt_tokens_total',
      'sglang:uncached_prompt_tokens_histogram_count',
      'sglang:uncached_prompt_tokens_histogram_sum',
    ]);
  });
});

describe('createGaugeRanges', () => {
  test('adds counts over ranks, takes the largest of shares, and leaves NaN out', () => {
    const gauges = createGaugeRanges();
    gauges.take(fixture('sglang-new'));
    const ranges = gauges.ranges();
    expect(ranges['sglang:num_running_reqs']).toEqual({ min: 13, max: 13, last: 13 });
    expect(ranges['sglang:token_usage']).toEqual({ min: 0.06, max: 0.06, last: 0.06 });
    expect(ranges['sglang:fwd_occupancy']).toBeUndefined();
  });
});

describe('createMetricsScraper', () => {
  const scrapeOf = (answers: (string | undefined)[]) => {
    let next = 0;
    return async (): Promise<Exposition | undefined> => {
      const answer = answers[next++];
      return answer === undefined ? undefined : parseExposition(answer);
    };
  };
  const page = (requests: number, running: number) =>
    `# TYPE sglang:num_requests_total counter\nsglang:num_requests_total ${requests}\n` +
    `# TYPE sglang:num_running_reqs gauge\nsglang:num_running_reqs ${running}`;

  test('scrapes before, during and after a window', async () => {
    const clock = steppedClock();
    const scraper = createMetricsScraper({
      scrape: scrapeOf([page(10, 0), page(14, 9), page(20, 1)]),
      clock,
    });
    await scraper.start();
    await clock.step();
    const story = await scraper.stop();
    expect(story).toEqual({
      counters: { 'sglang:num_requests_total': 10 },
      gauges: { 'sglang:num_running_reqs': { min: 0, max: 9, last: 1 } },
      scrapes: { ok: 3, failed: 0 },
      doubts: [],
    });
  });

  test('has no differences, and says so, when only one scrape answered', async () => {
    const scraper = createMetricsScraper({
      scrape: scrapeOf([undefined, page(20, 1)]),
      clock: steppedClock(),
    });
    await scraper.start();
    const story = await scraper.stop();
    expect(story.counters).toEqual({});
    expect(story.scrapes).toEqual({ ok: 1, failed: 1 });
    expect(story.doubts).toHaveLength(2);
  });

  test('opens one window after the other', async () => {
    const scraper = createMetricsScraper({
      scrape: scrapeOf([page(0, 1), page(5, 3), page(50, 2), page(58, 4)]),
      clock: steppedClock(),
    });
    const stories = [];
    for (let trial = 0; trial < 2; trial++) {
      await scraper.start();
      stories.push(await scraper.stop());
    }
    expect(stories.map(({ counters }) => counters['sglang:num_requests_total'])).toEqual([5, 8]);
    expect(stories.map(({ gauges }) => gauges['sglang:num_running_reqs'])).toEqual([
      { min: 1, max: 3, last: 3 },
      { min: 2, max: 4, last: 4 },
    ]);
  });

  test('names counters that are gone: a new version calls them otherwise', async () => {
    const renamed = '# TYPE sglang:answered_texts_total counter\nsglang:answered_texts_total 120\n';
    const scraper = createMetricsScraper({
      scrape: scrapeOf([page(100, 1), renamed]),
      clock: steppedClock(),
    });
    await scraper.start();
    expect((await scraper.stop()).doubts).toEqual([
      "the server's counters sglang:num_requests_total are gone since the window opened: their figures are too small",
    ]);
  });

  test('names a restart in the middle of a window', async () => {
    const scraper = createMetricsScraper({
      scrape: scrapeOf([page(100, 1), page(3, 1)]),
      clock: steppedClock(),
    });
    await scraper.start();
    expect((await scraper.stop()).doubts).toEqual([
      "the server's counters fell back (sglang:num_requests_total): it was restarted meanwhile",
    ]);
  });
});
