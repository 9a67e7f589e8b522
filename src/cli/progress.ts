import { styleText } from 'node:util';
import type { Clock } from '../core/clock.ts';
import { visibleText } from '../core/visible-text.ts';
import type { EmitRunEvent, Phase, RunEvent } from '../run/events.ts';
import type { Terminal } from './terminal.ts';

/** Least time between two plain progress lines of a phase. */
const PLAIN_INTERVAL_MS = 10_000;
/** Least time between two redraws of the live line. */
const LIVE_INTERVAL_MS = 80;
const BAR_CELLS = 24;

/**
 * Prints run events to the terminal's `err`: one line that rewrites itself where that works, a plain line now
 * and then elsewhere. Names in it come from servers and data files and are shown, never obeyed. Call `close` before anything else is printed.
 */
export function createProgress(terminal: Terminal, clock: Clock): { emit: EmitRunEvent; close(): void } {
  let livePainted = false;
  let lastPaintMs = Number.NEGATIVE_INFINITY;
  let phaseStartMs = clock.nowMs();
  let plainPhase: Phase | undefined;
  let plainFinished = false;

  const clear = (): void => {
    if (livePainted) terminal.err('\r\u001b[2K');
    livePainted = false;
  };
  const line = (text: string): void => {
    clear();
    terminal.err(`${text}\n`);
  };
  const warning = (text: string): void => line(`  ${style('yellow', '! ', terminal)}${visibleText(text)}`);
  const progress = (event: Extract<RunEvent, { type: 'progress' }>): void => {
    const nowMs = clock.nowMs();
    const finished = event.done >= event.total;
    if (terminal.isLive) {
      if (!finished && nowMs - lastPaintMs < LIVE_INTERVAL_MS) return;
      lastPaintMs = nowMs;
      terminal.err(`\r\u001b[2K${liveLine(event, (nowMs - phaseStartMs) / 1000, terminal.columns)}`);
      livePainted = true;
      return;
    }
    const isNew = plainPhase !== event.phase || finished !== plainFinished;
    if (event.total === 0 || !(isNew || nowMs - lastPaintMs >= PLAIN_INTERVAL_MS)) return;
    plainPhase = event.phase;
    plainFinished = finished;
    lastPaintMs = nowMs;
    terminal.err(`  ${event.phase} ${event.done}/${event.total} ${visibleText(event.detail)}\n`);
  };

  return {
    emit(event) {
      switch (event.type) {
        case 'phase':
          phaseStartMs = clock.nowMs();
          lastPaintMs = Number.NEGATIVE_INFINITY;
          return line(`${style('cyan', '▸', terminal)} ${visibleText(event.title)}`);
        case 'progress':
          return progress(event);
        case 'note':
          return line(`  ${visibleText(event.message)}`);
        case 'warning':
          return warning(event.message);
        case 'finding': {
          const { title, evidence, mend } = event.finding;
          return warning(`${title}: ${evidence}${mend === undefined ? '' : `\n    → ${mend}`}`);
        }
      }
    },
    close: clear,
  };
}

function liveLine(event: Extract<RunEvent, { type: 'progress' }>, seconds: number, columns: number): string {
  const { done, total } = event;
  const detail = visibleText(event.detail);
  const width = Math.max(20, columns - 1);
  if (total === 0) return `  ${detail} …`.slice(0, width);
  const share = done / total;
  const filled = Math.round(share * BAR_CELLS);
  const bar = `${'━'.repeat(filled)}${'─'.repeat(BAR_CELLS - filled)}`;
  const left = share > 0.03 && seconds > 2 ? ` · ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
  return `  ${bar} ${done}/${total} ${detail}${left}`.slice(0, width);
}

function style(colour: 'cyan' | 'yellow', text: string, terminal: Terminal): string {
  return terminal.isLive && terminal.colour ? styleText(colour, text) : text;
}
