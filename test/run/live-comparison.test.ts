import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compareRuns } from '../../src/compare/compare-runs.ts';
import type { Difference } from '../../src/compare/difference.ts';
import { type ConfigInput, configSchema } from '../../src/config/config.ts';
import type { LoadedConfig } from '../../src/config/read-config.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import type { RunRecord } from '../../src/core/record/run-record.ts';
import { startEmbeddedServer } from '../../src/embedded/start.ts';
import { loadCells } from '../../src/plan/load-cells.ts';
import { pairOrder } from '../../src/plan/pair-order.ts';
import { compareLive } from '../../src/run/live/live-comparison.ts';
import { findRuns } from '../../src/store/find-runs.ts';
import { readRecord } from '../../src/store/record-file.ts';
import { runPorts, temporaryFolder } from './run-fixture.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** 10 to 11 ms a request: what the machine adds is small beside what the tests inject. */
const EXACT = ['service:ms=10', 'jitter:ms=1'];
/** Of eight requests at a time each window holds enough for a median, however busy the machine is. */
const SHORT = { seconds: 0.2, warmupSeconds: 0, maxWarmupSeconds: 0, ceiling: false };

interface Setting {
  readonly faults?: readonly string[];
  readonly server?: ConfigInput['server'];
  readonly axes?: Partial<ConfigInput['axes']>;
  readonly quality?: ConfigInput['quality'];
  readonly load?: ConfigInput['load'];
  readonly model?: string;
}

/** A config with short windows on the embedded server. */
function loaded({ faults = EXACT, server, axes, quality = false, load, model }: Setting = {}): LoadedConfig {
  const config = configSchema.parse({
    name: 'live',
    server: server ?? {
      baseUrl: 'embedded',
      model: model ?? 'null-2560',
      embedded: { threads: 1, faults: [...faults] },
    },
    dataset: { builtin: 'reviews', label: 'sentiment', limit: 400 },
    axes: { dimensions: [64], concurrency: [8], ...axes },
    quality,
    load: load ?? SHORT,
  } satisfies ConfigInput);
  return { config, file: 'live.yaml', baseDirectory: temporaryFolder() };
}

const called = (differences: readonly Difference[]): Difference[] =>
  differences.filter(({ verdict }) => verdict === 'improved' || verdict === 'regressed');
const verdictOf = (differences: readonly Difference[], metric: string): string | undefined =>
  differences.find(({ subject }) => subject.metric === metric)?.verdict;

/** Every trial of both records in the order in which they began: `batch size, trial, side`. */
function turnsOf(base: RunRecord, candidate: RunRecord): string[] {
  const trials = [base, candidate].flatMap((record) =>
    record.load.flatMap((row) =>
      row.trials.map(({ startedAt, index }) => ({
        startedAt,
        turn: `${row.batchSize} ${index} ${record.alternation!.side}`,
      })),
    ),
  );
  return trials.sort((a, b) => a.startedAt.localeCompare(b.startedAt)).map(({ turn }) => turn);
}

describe('a live comparison', () => {
  it('takes turns in ABBA order and leaves two whole runs that know of each other', async () => {
    const base = loaded({ axes: { batchSize: [1, 2] } });
    const candidate = loaded({ axes: { batchSize: [1, 2, 4] } });
    const results = temporaryFolder();
    const { comparison, ...runs } = await compareLive({ ...runPorts(results), base, candidate, pairs: 2 });

    const [a, b] = [runs.base.record, runs.candidate.record];
    const cells = { base: loadCells(base.config), candidate: loadCells(candidate.config) };
    const planned = pairOrder(cells, 2, base.config.seed);
    expect(turnsOf(a, b)).toEqual(
      planned.map(({ cell, trial, side }) => `${cell.batchSize} ${trial} ${side}`),
    );

    expect(a.alternation).toMatchObject({ side: 'base', mode: 'live' });
    expect(b.alternation).toEqual({ ...a.alternation, side: 'candidate' });
    expect([a.status, b.status]).toEqual(['complete', 'complete']);
    expect(findRuns(results).runs.map(({ status }) => status)).toEqual(['complete', 'complete']);
    expect(comparison.mode).toBe('live');
    expect(comparison.unmatched.map(({ axes, side }) => [axes['batchSize'], side])).toEqual([
      [4, 'candidate'],
    ]);
    // Read back from the disk, the two are still compared pair by pair.
    const again = compareRuns(
      readRecord(runs.base.folder.recordFile),
      readRecord(runs.candidate.folder.recordFile),
    );
    expect(again).toEqual(comparison);
    expect(again.differences.find(({ change }) => change?.n.of === 'trials')?.change?.method).toContain(
      'paired',
    );
  });

  it('calls a slower candidate regressed, and a faster one improved', async () => {
    const [fast, slow] = [loaded(), loaded({ faults: [...EXACT, 'slow:percent=400'] })];
    const { comparison, base, candidate } = await compareLive({
      ...runPorts(temporaryFolder()),
      ...{ base: fast, candidate: slow, pairs: 10 },
    });
    expect(verdictOf(comparison.differences, 'serviceP50Ms')).toBe('regressed');
    expect(verdictOf(comparison.differences, 'textsPerSecond')).toBe('regressed');
    const reversed = compareRuns(candidate.record, base.record);
    expect(reversed.mode).toBe('live');
    expect(verdictOf(reversed.differences, 'serviceP50Ms')).toBe('improved');
    expect(verdictOf(reversed.differences, 'textsPerSecond')).toBe('improved');
  });

  it('does not take a drift of the machine for a change', async () => {
    // One server against itself, and it gets faster all the time.
    const server = await startEmbeddedServer({
      model: 'null-2560',
      faults: ['service:ms=10', 'ramp:ms=40,seconds=15'],
    });
    onTestFinished(() => server.stop());
    const config = loaded({ server: { baseUrl: server.baseUrl, model: 'null-2560' } });
    // At this alpha one in a thousand honest machines would fail the test.
    const { comparison, base } = await compareLive({
      ...runPorts(temporaryFolder()),
      ...{ base: config, pairs: 14, compare: { alpha: 0.001 } },
    });
    expect(comparison.mode).toBe('self');
    const medians = base.record.load[0]!.trials.map(({ serviceP50Ms }) => serviceP50Ms!);
    expect(medians[0]).toBeGreaterThan(1.5 * medians.at(-1)!);
    expect(comparison.family).toBeGreaterThan(0);
    expect(called(comparison.differences)).toEqual([]);
  });

  it('asks a changed server for its vectors, whatever a cache knows of its model', async () => {
    const setting: Setting = {
      model: 'hash-ngram-2560',
      quality: { tasks: ['classification'], map: { method: 'none' } },
      load: false,
    };
    const { comparison, candidate } = await compareLive({
      ...runPorts(temporaryFolder()),
      base: loaded({ ...setting, faults: [] }),
      candidate: loaded({ ...setting, faults: ['perturb:size=4'] }),
    });
    expect(candidate.record.cache).toBeUndefined();
    expect(verdictOf(comparison.differences, 'accuracy')).toBe('regressed');
  });

  it('measures a launched server against itself with one launch', async () => {
    const port = await freePort();
    const config = loaded({
      server: {
        baseUrl: `http://127.0.0.1:${port}/v1`,
        model: 'null-2560',
        launch: {
          command: [
            ...[process.execPath, MAIN, 'serve', '--port', `${port}`, '--model', 'null-2560'],
            ...EXACT.flatMap((fault) => ['--fault', fault]),
          ],
        },
      },
    });
    const { base, candidate } = await compareLive({
      ...runPorts(temporaryFolder()),
      ...{ base: config, pairs: 2 },
    });
    expect([base.record.server.kind, candidate.record.server.kind]).toEqual(['launched', 'launched']);
    expect(turnsOf(base.record, candidate.record)).toHaveLength(4);
  });

  it('says that there are too few pairs, and keeps what both sides have measured when it is stopped', async () => {
    const results = temporaryFolder();
    const stop = new AbortController();
    const ports = runPorts(results);
    const comparing = compareLive({
      ...ports,
      ...{ base: loaded(), candidate: loaded(), pairs: 6, signal: stop.signal },
      emit: (event) => {
        ports.emit(event);
        if (event.type === 'progress' && event.phase === 'load' && event.done === 5) {
          stop.abort(new InterruptedError('stopped'));
        }
      },
    });
    await expect(comparing).rejects.toThrow(InterruptedError);
    const { runs } = findRuns(results);
    expect(runs.map(({ status, hasRecord }) => [status, hasRecord])).toEqual([
      ['interrupted', true],
      ['interrupted', true],
    ]);
    const records = runs.map(({ folder }) => readRecord(folder.recordFile));
    const trials = records.map(({ load }) => load[0]!.trials.map(({ index }) => index));
    expect(trials.map(({ length }) => length).sort()).toEqual([2, 3]);
    expect(ports.events.find(({ type }) => type === 'warning')).toMatchObject({
      message:
        '6 pairs of trials cannot show a change in 3 figures at once, whatever they measure: there will be no verdicts on load below 7 pairs',
    });
    const told = ports.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    for (const { folder } of runs) expect(told.join('\n')).toContain(folder.path);
  });
});

describe('what a live comparison refuses, before anything is started', () => {
  const refusal = (base: LoadedConfig, candidate: LoadedConfig, pairs?: number): Promise<unknown> =>
    compareLive({
      ...runPorts(temporaryFolder()),
      ...{ base, candidate, ...(pairs === undefined ? {} : { pairs }) },
    });

  it('two windows of different length', async () => {
    const longer = loaded({ load: { ...SHORT, seconds: 9 } });
    await expect(refusal(loaded(), longer)).rejects.toThrow(
      'the two sides are to be measured differently: load.seconds is 0.2 in the base and 9 in the candidate',
    );
  });

  it('configs without a common cell', async () => {
    const other = loaded({ axes: { batchSize: [7] } });
    await expect(refusal(loaded(), other)).rejects.toThrow('the two configs have no cell in common');
  });

  it('two servers on one port', async () => {
    const launch = { command: ['server'] };
    const server = { baseUrl: 'http://127.0.0.1:1/v1', model: 'm', launch };
    await expect(refusal(loaded({ server }), loaded({ server }))).rejects.toThrow(
      'both servers would be started at 127.0.0.1:1',
    );
  });

  it('half a pair', async () => {
    await expect(refusal(loaded(), loaded(), 2.5)).rejects.toThrow('2.5 pairs of trials cannot be measured');
  });
});

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
