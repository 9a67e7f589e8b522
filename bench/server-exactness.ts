/**
 * How exact the embedded server's fixed service times are: a server that is asked for 123 ms takes 123 ms. Times are
 * sent → last byte on plain keep-alive sockets, taken in turn with two yardsticks: round trips of the same server
 * without a service time, and how late this process is when it waits just as long by the same timer, which is what
 * the machine itself adds. No answer may be early.
 *
 *   npm run build && npx tsx bench/server-exactness.ts
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createPreciseTimer } from '../src/embedded/precise-timer.ts';
import { startEmbeddedServer } from '../src/embedded/start.ts';
import { nearestRankQuantile } from '../src/stats/quantile.ts';
import { sortedSample } from '../src/stats/sorted-sample.ts';

const SERVICE_MS = [5, 123];
const CONCURRENCY = [1, 16];
const ROUNDS = 3;
const ROUND_MS = 1500;
/** What an answer may come late by, in the middle, beyond round trip and machine. */
const MOST_LATE_MS = 0.5;

/** One request after another on one connection until the time is up; latencies in milliseconds. */
async function askUntil(socket: Socket, endMs: number): Promise<number[]> {
  const body = JSON.stringify({ input: 'a text', dimensions: 32, encoding_format: 'base64' });
  const request = `POST /v1/embeddings HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const latencies: number[] = [];
  while (performance.now() < endMs) {
    const sentMs = performance.now();
    socket.write(request);
    await answer(socket);
    latencies.push(performance.now() - sentMs);
  }
  return latencies;
}

/** Resolves at the last byte of one answer. */
function answer(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0 || text.length < head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])) return;
      socket.off('data', onData);
      if (text.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(text.slice(0, 200)));
    };
    socket.on('data', onData);
  });
}

async function measure(baseUrl: string, concurrency: number): Promise<number[]> {
  const sockets = await Promise.all(
    Array.from({ length: concurrency }, async () => {
      const socket = connect(Number(new URL(baseUrl).port), '127.0.0.1').setNoDelay();
      await once(socket, 'connect');
      return socket;
    }),
  );
  const endMs = performance.now() + ROUND_MS;
  const latencies = await Promise.all(sockets.map((socket) => askUntil(socket, endMs)));
  for (const socket of sockets) socket.destroy();
  return latencies.flat();
}

/** How late a wait of so many milliseconds ends in this process. */
async function waitLate(ms: number): Promise<number[]> {
  const timer = createPreciseTimer();
  const late: number[] = [];
  const endMs = performance.now() + ROUND_MS;
  while (performance.now() < endMs) {
    const deadlineMs = performance.now() + ms;
    await timer.waitUntil(deadlineMs, new AbortController().signal);
    late.push(performance.now() - deadlineMs);
  }
  return late;
}

const quantile = (values: readonly number[], p: number): number =>
  nearestRankQuantile(sortedSample(values), p);

const start = (faults: readonly string[]) => startEmbeddedServer({ model: 'null-2560', faults });
const plain = await start([]);
let failures = 0;
const TITLES = [
  'asked',
  'connections',
  'n',
  'early',
  'late p50',
  'late p99',
  'trip p50',
  'own late p50',
  'p99',
];
const WIDTHS = [6, 12, 7, 6, 9, 9, 9, 13, 8];
const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, i) => String(cell).padStart(WIDTHS[i]!)).join(' ');
console.log(`${line(TITLES)}   (ms)`);
for (const asked of SERVICE_MS) {
  const exact = await start([`service:ms=${asked}`]);
  for (const concurrency of CONCURRENCY) {
    const late: number[] = [];
    const trips: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      late.push(...(await measure(exact.baseUrl, concurrency)).map((ms) => ms - asked));
      trips.push(...(await measure(plain.baseUrl, 1)));
      own.push(...(await waitLate(asked)));
    }
    const early = late.filter((ms) => ms < 0).length;
    const p50 = quantile(late, 0.5);
    const figures = [
      p50,
      quantile(late, 0.99),
      quantile(trips, 0.5),
      quantile(own, 0.5),
      quantile(own, 0.99),
    ];
    console.log(line([asked, concurrency, late.length, early, ...figures.map((ms) => ms.toFixed(3))]));
    const [, , trip, machine] = figures as [number, number, number, number];
    if (early > 0 || (concurrency === 1 && p50 > trip + machine + MOST_LATE_MS)) failures++;
  }
  await exact.stop();
}
await plain.stop();
console.log(
  failures === 0
    ? `PASS: never early, and within ${MOST_LATE_MS} ms of round trip and machine in the middle`
    : `FAIL: ${failures} settings are early or late`,
);
process.exitCode = failures === 0 ? 0 : 1;
