import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createJournal, type Journal, reopenJournal } from '../../src/store/journal.ts';
import type { JournalEntry } from '../../src/store/journal-entry.ts';
import { payloadsOf, replayJournal } from '../../src/store/journal-state.ts';
import { readJournal } from '../../src/store/read-journal.ts';
import { nextLine, runScript } from './child-process.ts';
import { exampleRecord } from './example-record.ts';
import { temporaryFolder } from './folder-fixture.ts';

const clock = { wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const record = exampleRecord();

function startEntry(): JournalEntry {
  const { runId, name, startedAt, runKey, configHash, config, environment } = record;
  return { type: 'start', runId, name, startedAt, runKey, configHash, config, environment };
}

function journalFile(): string {
  return join(temporaryFolder(), 'journal.jsonl');
}

function write(path: string, entries: readonly JournalEntry[]): void {
  const journal = createJournal(path, clock);
  for (const entry of entries) journal.append(entry);
  journal.close();
}

function payload(number: number): JournalEntry {
  return { type: 'payload', kind: 'number', payload: { number } };
}

const numbersOf = (path: string): number[] =>
  payloadsOf(readJournal(path), 'number', z.object({ number: z.int(), pad: z.string().optional() })).map(
    ({ number }) => number,
  );

describe('the journal', () => {
  it('gives back what was appended, with numbers and times', () => {
    const path = journalFile();
    write(path, [startEntry(), payload(1)]);
    const { lines, tornTail } = readJournal(path);
    expect(lines.map(({ n, at, entry }) => [n, at, entry.type])).toEqual([
      [1, '2026-01-02T03:04:05.000Z', 'start'],
      [2, '2026-01-02T03:04:05.000Z', 'payload'],
    ]);
    expect(lines[0]!.entry).toEqual(startEntry());
    expect(tornTail).toBeUndefined();
  });

  it('never starts over an existing journal', () => {
    const path = journalFile();
    write(path, [startEntry()]);
    expect(() => createJournal(path, clock)).toThrow('something of that name stands there already');
  });

  it('refuses an entry that could not be read back, and goes on', () => {
    const path = journalFile();
    const journal = createJournal(path, clock);
    expect(() => journal.append({ type: 'phase', phase: 'load', seconds: Number.NaN })).toThrow(z.ZodError);
    journal.append(payload(1));
    journal.close();
    expect(readJournal(path).lines).toHaveLength(1);
    expect(() => journal.append(payload(2))).toThrow('the journal is closed');
  });
});

describe('a torn journal', () => {
  it('loses its last entry and nothing else, wherever the write broke off', () => {
    const path = journalFile();
    write(path, [startEntry(), payload(1), payload(2)]);
    const whole = readFileSync(path);
    const lastStart = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastStart + 1; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const content = readJournal(path);
      expect(content.lines).toHaveLength(2);
      expect(content.tornTail).toEqual({ line: 3, bytes: length - lastStart });
    }
    writeFileSync(path, whole.subarray(0, lastStart));
    expect(readJournal(path).tornTail).toBeUndefined();
  });

  it('takes the zeros that a power failure leaves for a torn line', () => {
    const path = journalFile();
    write(path, [startEntry()]);
    for (const tail of [Buffer.alloc(4096), Buffer.concat([Buffer.alloc(100), Buffer.from('\n')])]) {
      const length = readFileSync(path).length;
      appendFileSync(path, tail);
      expect(readJournal(path)).toMatchObject({ lines: [{ n: 1 }], tornTail: { line: 2 } });
      truncateSync(path, length);
    }
  });

  it('is cut back before it goes on, so that no broken line arises', () => {
    const path = journalFile();
    write(path, [startEntry(), payload(1)]);
    appendFileSync(path, '{"v":1,"n":3,"at":"2026-');
    const { journal, content } = reopenJournal(path, clock);
    expect(content.tornTail).toEqual({ line: 3, bytes: 24 });
    journal.append(payload(2));
    journal.close();
    expect(numbersOf(path)).toEqual([1, 2]);
  });

  it('names file and line of damage in its middle', () => {
    const path = journalFile();
    write(path, [startEntry(), payload(1), payload(2)]);
    const lines = readFileSync(path, 'utf8').split('\n');
    const damaged = (line: number, text: string): string =>
      [...lines.slice(0, line - 1), text, ...lines.slice(line)].join('\n');
    const cases: [string, string, number][] = [
      [damaged(2, '{"v":1,'), 'it is not JSON', 2],
      [damaged(2, lines[1]!.replace('"payload"', '"paylaod"')), 'entry.type: Invalid', 2],
      [damaged(2, lines[2]!), 'it holds entry 3: lines are missing or doubled', 2],
      [damaged(3, lines[2]!.replace('"v":1', '"v":9')), 'this journal has version 9', 3],
      [damaged(1, ''), 'it is not JSON', 1],
    ];
    for (const [content, message, line] of cases) {
      writeFileSync(path, content);
      expect(() => readJournal(path)).toThrow(
        expect.objectContaining({ message: expect.stringContaining(message), where: `${path}:${line}` }),
      );
    }
  });
});

describe('a journal whose process dies', () => {
  it('keeps every entry that was acknowledged before kill -9', async () => {
    const path = journalFile();
    for (let round = 0; round < 3; round++) {
      const script = runScript(
        `import { createJournal, reopenJournal } from 'DIST/store/journal.js';
         import { existsSync } from 'node:fs';
         const path = process.argv[1];
         const clock = { wallMs: () => Date.now() };
         const journal = existsSync(path) ? reopenJournal(path, clock).journal : createJournal(path, clock);
         const from = Number(process.argv[2]);
         for (let number = from; ; number++) {
           journal.append({ type: 'payload', kind: 'number', payload: { number, pad: 'x'.repeat(200_000) } });
           process.stdout.write(number + '\\n');
           await new Promise((resolve) => setImmediate(resolve));
         }`,
        [path, String(round === 0 ? 0 : numbersOf(path).length)],
      );
      let acknowledged = -1;
      for (let i = 0; i < 8; i++) acknowledged = Number(await nextLine(script));
      script.child.kill('SIGKILL');
      await script.exit;
      const numbers = numbersOf(path);
      expect(numbers).toEqual(numbers.map((_, i) => i));
      expect(numbers.length).toBeGreaterThan(acknowledged);
      reopenJournal(path, clock).journal.close();
    }
  });

  it('ends with its last whole entry when the disk is full, says so, and goes on when there is room', async () => {
    const path = journalFile();
    const script = runScript(
      `import { createJournal } from 'DIST/store/journal.js';
       process.on('SIGXFSZ', () => {});
       const journal = createJournal(process.argv[1], { wallMs: () => Date.now() });
       const entry = (number, size) =>
         ({ type: 'payload', kind: 'number', payload: { number, pad: 'x'.repeat(size) } });
       journal.append(entry(0, 20_000));
       journal.append(entry(1, 20_000));
       try { journal.append(entry(2, 200_000)); } catch (error) { console.log(error.name + ': ' + error.message); }
       journal.append(entry(3, 1000));
       console.log('went on');`,
      [path],
      64,
    );
    expect(await nextLine(script)).toBe(
      'UsageError: cannot write the journal: the file would exceed the size limit',
    );
    expect(await nextLine(script)).toBe('went on');
    await script.exit;
    expect(numbersOf(path)).toEqual([0, 1, 3]);
    expect(readJournal(path).tornTail).toBeUndefined();
  });
});

describe('playing a journal back', () => {
  const [firstRow, secondRow] = record.load;

  function qualityEntry(rows: typeof record.quality): JournalEntry {
    const { instructions, parity, maps, embeddingFailures } = record;
    const cache = { store: 'lmdb', hits: 1, misses: 2 };
    return {
      type: 'quality',
      instruction: instructions[0]!,
      rows,
      parity,
      maps,
      embeddingFailures,
      cache,
    };
  }

  function measuredRun(journal: Journal): void {
    journal.append(startEntry());
    journal.append({ type: 'server', server: record.server });
    journal.append({ type: 'dataset', dataset: record.dataset, items: record.items });
    journal.append(qualityEntry([]));
    journal.append({ type: 'phase', phase: 'quality', seconds: 1.5 });
    for (const row of record.load) {
      for (const trial of row.trials) {
        journal.append({ type: 'trial', cell: row.id, trial, client: row.client, detail: { checked: 5 } });
      }
    }
    journal.append({ type: 'interrupted', reason: 'SIGINT' });
    journal.append({ type: 'resume', environment: record.environment });
    journal.append(qualityEntry(record.quality));
    journal.append({ type: 'cell', cell: firstRow!.id, row: firstRow!, notes: ['measured after a resume'] });
    journal.append({ type: 'cell', cell: secondRow!.id, notes: ['too few trials'] });
    journal.append({ type: 'memory', memory: record.memory });
    for (const doubt of [...record.doubts, ...record.doubts]) journal.append({ type: 'doubt', ...doubt });
    journal.append({ type: 'phase', phase: 'quality', seconds: 0.25 });
  }

  it('rebuilds everything that was measured from the journal alone', () => {
    const path = journalFile();
    const journal = createJournal(path, clock);
    measuredRun(journal);
    journal.close();
    const state = replayJournal(readJournal(path));
    expect(state).toMatchObject({ status: 'open', resumed: 1, phases: { quality: 1.75 } });
    expect(state.start).toEqual(startEntry());
    expect(state.server).toEqual(record.server);
    expect(state.dataset?.dataset).toEqual(record.dataset);
    expect(state.dataset?.items).toEqual(record.items);
    expect(state.quality).toEqual([qualityEntry(record.quality)]);
    expect(state.memory).toEqual(record.memory);
    expect(state.doubts).toEqual(record.doubts);
    for (const row of record.load) {
      const trials = [...state.cells.get(row.id)!.trials.values()];
      expect(trials.map(({ trial }) => trial)).toEqual(row.trials);
      expect(trials[0]).toMatchObject({ client: row.client, detail: { checked: 5 } });
    }
    expect(state.cells.get(firstRow!.id)!.row).toEqual(firstRow);
    expect(state.cells.get(secondRow!.id)).toMatchObject({ notes: ['too few trials'] });
    expect(state.cells.get(secondRow!.id)!.row).toBeUndefined();
  });

  it('knows how the run ended', () => {
    const statusAfter = (...entries: JournalEntry[]): string => {
      const path = journalFile();
      write(path, [startEntry(), ...entries]);
      return replayJournal(readJournal(path)).status;
    };
    expect(statusAfter()).toBe('open');
    expect(statusAfter({ type: 'interrupted', reason: 'SIGINT' })).toBe('interrupted');
    expect(statusAfter({ type: 'finished', status: 'complete' })).toBe('complete');
    expect(statusAfter({ type: 'finished', status: 'failed', message: 'the server died' })).toBe('failed');
    expect(
      statusAfter(
        { type: 'interrupted', reason: 'SIGINT' },
        { type: 'resume', environment: record.environment },
      ),
    ).toBe('open');
  });

  it('says when a journal begins in the middle, or a payload is something else', () => {
    const path = journalFile();
    write(path, [payload(1)]);
    expect(() => replayJournal(readJournal(path))).toThrow('does not say which run it belongs to');
    expect(() => payloadsOf(readJournal(path), 'number', z.object({ number: z.string() }))).toThrow(
      expect.objectContaining({ where: `${path}:1` }),
    );
  });

  it('does not follow a sample reference out of the run folder', () => {
    const trial = firstRow!.trials[0]!;
    const files = ['../../x', '/etc/passwd', 'samples/../record.json', 'samples/0123456789ab.-1.parquet'];
    for (const file of files) {
      const path = journalFile();
      const entry = { type: 'trial', cell: firstRow!.id, trial, samples: { file, rows: 1, bytes: 1 } };
      writeFileSync(path, `${JSON.stringify({ v: 1, n: 1, at: '', entry })}\n`);
      expect(() => readJournal(path)).toThrow(expect.objectContaining({ where: `${path}:1` }));
    }
  });
});
