import type { Clock } from '../../core/clock.ts';
import type { ServerStory } from '../../core/record/load-row.ts';
import { type CounterTally, createCounterTally } from './counter-tally.ts';
import type { Exposition } from './exposition.ts';
import { createGaugeRanges } from './gauge-range.ts';
import { isKnownMetric } from './metric-names.ts';

/** What a server's metrics say about one stretch of time. */
export interface MetricsStory {
  readonly counters: Readonly<Record<string, number>>;
  readonly gauges: NonNullable<ServerStory['gauges']>;
  readonly scrapes: { readonly ok: number; readonly failed: number };
  /** Sentences about what makes these figures doubtful; empty when nothing does. */
  readonly doubts: readonly string[];
}

/** Scrapes before, during and after a window. */
export interface MetricsScraper {
  /** Takes the baseline; call it when the window is about to open. */
  start(): Promise<void>;
  /** Takes the last scrape and tells the story; call it when the window has closed. */
  stop(): Promise<MetricsStory>;
}

export interface ScraperOptions {
  /** One scrape; undefined when the endpoint gave none. May reject when its signal aborts. */
  readonly scrape: (signal: AbortSignal) => Promise<Exposition | undefined>;
  readonly clock: Clock;
  /** Time between scrapes inside the window. Gauges need it; counters only need the two ends. */
  readonly intervalMs?: number;
}

const DEFAULT_INTERVAL_MS = 1000;

/**
 * A scraper for any number of windows, one after the other: `start`, then `stop`, then `start` again. Scrapes
 * that fail are counted; figures come from those that answered.
 */
export function createMetricsScraper(options: ScraperOptions): MetricsScraper {
  let window: Window | undefined;
  return {
    async start() {
      if (window !== undefined) throw new Error('createMetricsScraper: start was called twice');
      const opened = openWindow(options);
      window = opened;
      await opened.take();
      opened.follow();
    },
    async stop() {
      if (window === undefined) throw new Error('createMetricsScraper: stop was called before start');
      const closing = window;
      window = undefined;
      return closing.close();
    },
  };
}

interface Window {
  take(): Promise<void>;
  follow(): void;
  close(): Promise<MetricsStory>;
}

function openWindow({ scrape, clock, intervalMs = DEFAULT_INTERVAL_MS }: ScraperOptions): Window {
  const counters = createCounterTally();
  const gauges = createGaugeRanges();
  const closing = new AbortController();
  let ok = 0;
  let failed = 0;
  let following: Promise<void> = Promise.resolve();

  const take = async (signal = new AbortController().signal): Promise<void> => {
    const exposition = await scrape(signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (signal.aborted) return;
    if (exposition === undefined) {
      failed += 1;
      return;
    }
    ok += 1;
    counters.take(exposition);
    gauges.take(exposition);
  };

  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const awake = await clock.sleep(intervalMs, closing.signal).then(
        () => true,
        () => false,
      );
      if (awake) await take(closing.signal);
    }
  };

  return {
    take: () => take(),
    follow() {
      following = loop();
    },
    async close() {
      closing.abort();
      await following;
      await take();
      return {
        counters: ok < 2 ? {} : interesting(counters.increases(), (value) => value !== 0),
        gauges: interesting(gauges.ranges(), (range) => range.max !== 0 || range.min !== 0),
        scrapes: { ok, failed },
        doubts: doubtsOf(ok, failed, counters),
      };
    },
  };
}

/** Known names always; others only when they moved. */
function interesting<T>(
  values: Readonly<Record<string, T>>,
  moved: (value: T) => boolean,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => isKnownMetric(name) || moved(value)),
  );
}

function doubtsOf(ok: number, failed: number, tally: CounterTally): string[] {
  const [resets, vanished] = [tally.resets(), tally.vanished()];
  const doubts: string[] = [];
  if (ok > 0 && failed > 0) doubts.push(`${failed} of ${ok + failed} scrapes of the server's metrics failed`);
  if (ok === 1) doubts.push("the server's metrics answered only once, so counters have no difference");
  if (resets.length > 0) {
    doubts.push(
      `the server's counters fell back (${resets.slice(0, 3).join(', ')}): it was restarted meanwhile`,
    );
  }
  if (vanished.length > 0) {
    doubts.push(
      `the server's counters ${vanished.slice(0, 3).join(', ')} are gone since the window opened: their figures are too small`,
    );
  }
  return doubts;
}
