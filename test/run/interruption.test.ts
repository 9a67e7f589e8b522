import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type EmbeddedServer, startServerHere } from '../../src/embedded/embedded-server.ts';
import { readJournal } from '../../src/store/read-journal.ts';
import { readRecord } from '../../src/store/record-file.ts';
import { type DimsweepProcess, folderForTests, startDimsweep } from '../cli/dimsweep-process.ts';
import { settings, writeTinyConfig } from '../cli/tiny-config.ts';
import { descendants, entryTypes, runFolders, untilGone, untilJournalHas } from './watch-run.ts';

const servers: EmbeddedServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

/** A server of the test's own, so that the test sees what it is asked. */
async function served(...faults: string[]): Promise<string> {
  const server = await startServerHere({
    ...{ model: 'hash-ngram-2560', host: '127.0.0.1', port: 0, threads: 1, faults },
    keys: { apiKey: undefined, adminApiKey: undefined },
  });
  servers.push(server);
  return server.baseUrl;
}

async function answeredTexts(baseUrl: string): Promise<number> {
  const text = await (await fetch(baseUrl.replace('/v1', '/metrics'))).text();
  return Number(/^sglang:num_requests_total\S* (\S+)$/m.exec(text)![1]);
}

interface Started {
  readonly run: DimsweepProcess;
  readonly results: string;
}

function start(changes: Record<string, unknown>): Started {
  const cwd = folderForTests();
  const run = startDimsweep(['run', writeTinyConfig(cwd), ...settings(changes)], { cwd });
  return { run, results: join(cwd, 'results') };
}

/** It ends with 130, says so, leaves no process behind and a journal that ends with the interruption. */
async function expectCleanEnd({ run, results }: Started, children: readonly number[]): Promise<void> {
  const ended = await run.ended;
  expect(ended).toMatchObject({ code: 130, out: '' });
  expect(ended.err).toMatch(/\ndimsweep: stopped\n$/);
  await untilGone(children);
  for (const folder of runFolders(results)) {
    expect(entryTypes(readJournal(folder.journalFile)).at(-1)).toBe('interrupted');
    expect(readRecord(folder.path).status).toBe('interrupted');
    expect(ended.err).toContain(`what was measured is kept in ${folder.path}`);
  }
}

test('Ctrl-C while the server starts: nothing is left, neither folder nor process', async () => {
  const started = start({});
  await started.run.says(/▸ Starting the embedded server/);
  const children = descendants(started.run.pid);
  started.run.signalGroup('SIGINT');
  await expectCleanEnd(started, children);
  expect(runFolders(started.results)).toEqual([]);
});

test('Ctrl-C in the quality pass keeps the instructions that were finished', async () => {
  // Every request of the second instruction hangs, so that the pass is there when the signal comes.
  const started = start({
    'axes.instruction': { none: null, mood: 'Classify the mood' },
    'server.embedded.faults': ['hang:contains=Classify the mood'],
  });
  await untilJournalHas(started.results, 'quality');
  const children = descendants(started.run.pid);
  expect(children.length).toBeGreaterThan(0);
  started.run.signalGroup('SIGINT');
  await expectCleanEnd(started, children);
  const [folder] = runFolders(started.results);
  expect(new Set(readRecord(folder!.path).quality.map(({ instruction }) => instruction))).toEqual(
    new Set(['none']),
  );
});

test.each([
  ['SIGINT', 'signal'],
  ['SIGTERM', 'signalGroup'],
] as const)('%s in the middle of a window (%s) ends it', async (name, how) => {
  const baseUrl = await served();
  const started = start({ 'server.baseUrl': baseUrl, 'server.embedded': {}, 'load.seconds': 600 });
  await started.run.says(/ load 0\/2 /);
  const before = await answeredTexts(baseUrl);
  // Warm-up ends after 0.1 s at the latest; this many answers take longer than that.
  await expect.poll(() => answeredTexts(baseUrl), { timeout: 25_000 }).toBeGreaterThan(before + 2000);
  started.run[how](name);
  await expectCleanEnd(started, []);
  const [folder] = runFolders(started.results);
  expect(readRecord(folder!.path).load).toEqual([]);
});
