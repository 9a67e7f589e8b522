import { expect, test } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { dimsweepOnTerminal, folderForTests } from './dimsweep-process.ts';
import { settings, writeTinyConfig } from './tiny-config.ts';

function printed(isLive: boolean, events: readonly (RunEvent | number)[]): string {
  let nowMs = 0;
  let text = '';
  const terminal = {
    out: () => undefined,
    err: (piece: string) => {
      text += piece;
    },
    isLive,
    columns: 60,
    colour: false,
  };
  const clock = { nowMs: () => nowMs, wallMs: () => nowMs, sleep: () => Promise.resolve() };
  const progress = createProgress(terminal, clock);
  for (const event of events) {
    if (typeof event === 'number') nowMs += event;
    else progress.emit(event);
  }
  progress.close();
  return text;
}

const step = (done: number, detail: string): RunEvent => ({
  ...{ type: 'progress', phase: 'load', done, total: 4, detail },
});

test('plain progress says where it starts, where it stands every ten seconds, and its end, once each', () => {
  const events = [step(0, 'a'), 100, step(1, 'b'), 9_900, step(2, 'c'), 5, step(4, 'd'), 5, step(4, 'e')];
  expect(printed(false, events)).toBe('  load 0/4 a\n  load 2/4 c\n  load 4/4 d\n');
});

test('a live line is rewritten in place, fits the terminal, and makes room for what is said', () => {
  const text = printed(true, [step(1, 'x'.repeat(200)), { type: 'note', message: 'said' }]);
  const [painted, ...rest] = text.split('\r\u001b[2K').slice(1);
  expect(painted).toMatch(/^ {2}━{6}─{18} 1\/4 x+$/);
  expect(painted!.length).toBe(59);
  expect(rest).toEqual(['  said\n']);
});

test('names from servers and files cannot steer the terminal', () => {
  const text = printed(false, [
    { type: 'note', message: '3 rows of \u001b]0;owned\u0007' },
    { type: 'finding', finding: { id: 'x', title: 'T', verdict: 'warning', evidence: '\u202eevil' } },
  ]);
  expect(text).toBe('  3 rows of ⟨U+001B⟩]0;owned⟨U+0007⟩\n  ! T: ⟨U+202E⟩evil\n');
});

test('on a terminal the live line is there while the run goes, and gone when the result is printed', async () => {
  const cwd = folderForTests();
  const { code, out } = await dimsweepOnTerminal(
    ['run', writeTinyConfig(cwd), ...settings({ load: false })],
    {
      cwd,
      environment: { TERM: 'xterm-256color' },
    },
  );
  expect(code).toBe(0);
  expect(out.split('\r\u001b[2K')).toContainEqual(expect.stringMatching(/^ {2}━{24} 60\/60 texts embedded/));
  const afterLastPaint = out.slice(out.lastIndexOf('\u001b[2K') + 4);
  expect(afterLastPaint).toMatch(/^.*▸.* Writing record and report/);
  expect(afterLastPaint).toMatch(/Report: results\/.*\/report\.html\r\n$/);
});
