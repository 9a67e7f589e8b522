import type { ServerStory } from '../../core/record/load-row.ts';

/** The server's story over several windows: counters add up, gauges and memory keep their extremes. */
export function mergeStories(stories: readonly ServerStory[]): ServerStory | undefined {
  if (stories.length === 0) return undefined;
  const counters: Record<string, number> = {};
  const gauges: NonNullable<ServerStory['gauges']> = {};
  for (const story of stories) {
    for (const [name, delta] of Object.entries(story.counters ?? {}))
      counters[name] = (counters[name] ?? 0) + delta;
    for (const [name, range] of Object.entries(story.gauges ?? {})) {
      const known = gauges[name] ?? range;
      gauges[name] = {
        min: Math.min(known.min, range.min),
        max: Math.max(known.max, range.max),
        last: range.last,
      };
    }
  }
  return {
    ...(Object.keys(counters).length === 0 ? {} : { counters }),
    ...(Object.keys(gauges).length === 0 ? {} : { gauges }),
    ...largest(stories, 'rssBytes'),
    ...largest(stories, 'gpuMemoryBytes'),
    ...largest(stories, 'gpuUtilisation'),
    ...largest(stories, 'gpuPowerWatts'),
  };
}

function largest(
  stories: readonly ServerStory[],
  key: 'rssBytes' | 'gpuMemoryBytes' | 'gpuUtilisation' | 'gpuPowerWatts',
): ServerStory {
  const known = stories.flatMap((story) => story[key] ?? []);
  return known.length === 0 ? {} : { [key]: Math.max(...known) };
}
