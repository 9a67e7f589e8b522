import { expect, test } from 'vitest';
import { createMetricsScraper } from '../../../src/server/metrics/metrics-scraper.ts';
import { createServerAdmin } from '../../../src/server/sglang/server-admin.ts';
import { waitUntilIdle } from '../../../src/server/sglang/wait-until-idle.ts';
import { systemClock } from '../../../src/threads/system-clock.ts';
import { type Script, startScriptedServer } from './scripted-server.ts';

async function withAdmin<T>(
  script: Script,
  body: (admin: ReturnType<typeof createServerAdmin>) => Promise<T>,
): Promise<T> {
  await using server = await startScriptedServer(script);
  const admin = createServerAdmin({
    config: { headers: {}, model: 'm' },
    baseUrl: server.baseUrl,
    clock: systemClock,
  });
  try {
    return await body(admin);
  } finally {
    await admin.close();
  }
}

const idle = (script: Script, timeoutMs: number) =>
  withAdmin(script, (admin) => waitUntilIdle({ admin, clock: systemClock, timeoutMs }));

test('waits for the load route to show nothing twice', async () => {
  const running = [3, 0, 1, 0, 0];
  let asked = 0;
  const state = await idle(
    { 'GET /v1/loads': () => ({ json: { loads: [{ num_running_reqs: running[asked++] }] } }) },
    20_000,
  );
  expect(state).toBe('idle');
  expect(asked).toBe(5);
});

test('reads the gauges where there is no load route', async () => {
  const page =
    'sglang:num_running_reqs 0\nsglang:num_queue_reqs{dp_rank="0"} 0\nsglang:num_queue_reqs{dp_rank="1"} 2\n';
  expect(await idle({ 'GET /metrics': { text: page } }, 300)).toBe('busy');
  expect(await idle({ 'GET /metrics': { text: page.replace(' 2', ' 0') } }, 5000)).toBe('idle');
});

test('does not guess', async () => {
  expect(await idle({}, 1000)).toBe('unknown');
  expect(await idle({ 'GET /metrics': { text: 'te_embed_count 3\n' } }, 1000)).toBe('unknown');
});

test('a scrape that is under way when the window closes is given up', async () => {
  let scrapes = 0;
  const story = await withAdmin(
    {
      'GET /metrics': () => ({
        text: `# TYPE sglang:num_requests_total counter\nsglang:num_requests_total ${scrapes}`,
        ...(++scrapes === 2 ? { delayMs: 60_000 } : {}),
      }),
    },
    async (admin) => {
      const scraper = createMetricsScraper({
        scrape: (signal) => admin.metrics(signal),
        clock: systemClock,
        intervalMs: 5,
      });
      await scraper.start();
      while (scrapes < 2) await new Promise((resolve) => setImmediate(resolve));
      return await scraper.stop();
    },
  );
  expect(story).toMatchObject({
    counters: { 'sglang:num_requests_total': 2 },
    scrapes: { ok: 2, failed: 0 },
    doubts: [],
  });
});
