import type { GaugeRange } from './gauge-range.ts';
import type { MetricsStory } from './metrics-scraper.ts';

/** The stories of a cell's windows as one: counters added up, gauges over all windows, in window order. */
export function mergeStories(stories: readonly MetricsStory[]): MetricsStory {
  const counters: Record<string, number> = {};
  const gauges: Record<string, GaugeRange> = {};
  const doubts = new Set<string>();
  let ok = 0;
  let failed = 0;
  for (const story of stories) {
    for (const [name, value] of Object.entries(story.counters))
      counters[name] = (counters[name] ?? 0) + value;
    for (const [name, range] of Object.entries(story.gauges)) {
      const before = gauges[name] ?? range;
      gauges[name] = {
        min: Math.min(before.min, range.min),
        max: Math.max(before.max, range.max),
        last: range.last,
      };
    }
    for (const doubt of story.doubts) doubts.add(doubt);
    ok += story.scrapes.ok;
    failed += story.scrapes.failed;
  }
  return { counters, gauges, scrapes: { ok, failed }, doubts: [...doubts] };
}
