import { styleText } from 'node:util';
import type { Clock } from '../core/clock.ts';
import type { EmitRunEvent, Phase, RunEvent } from '../run/events.ts';
import type { Terminal } from './terminal.ts';

/** Least time between two plain progress lines of a phase. */
const PLAIN_INTERVAL_MS = 10_000;
/** Least time between two redraws of the live line. */
const LIVE_INTERVAL_MS = 80;
const BAR_CELLS = 24;

/**
 * Prints run events to the terminal's `err`: one line that rewrites itself where that works, a plain line now
 * and then elsewhere. Call `close` before anything else is printed.
 */
export function createProgress(terminal: Terminal, clock: Clock): { emit: EmitRunEvent; close(): void } {
  let livePainted = false;
  let lastPaintMs = Number.NEGATIVE_INFINITY;
  let phaseStartMs = clock.nowMs();
  let plainPhase: Phase | undefined;

  const clear = (): void => {
    if (livePainted) terminal.err('\r\u001b[2K');
    livePainted = false;
  };
  const line = (text: string): void => {
    clear();
    terminal.err(`${text}\n`);
  };
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
    const due = plainPhase !== event.phase || nowMs - lastPaintMs >= PLAIN_INTERVAL_MS || finished;
    if (!due || event.total === 0) return;
    plainPhase = event.phase;
    lastPaintMs = nowMs;
    terminal.err(`  ${event.phase} ${event.done}/${event.total} ${event.detail}\n`);
  };

  return {
    emit(event) {
      switch (event.type) {
        case 'phase':
          phaseStartMs = clock.nowMs();
          lastPaintMs = Number.NEGATIVE_INFINITY;
          return line(`${style('cyan', '▸', terminal)} ${event.title}`);
        case 'progress':
          return progress(event);
        case 'note':
          return line(`  ${event.message}`);
        case 'warning':
          return line(`  ${style('yellow', '! ', terminal)}${event.message}`);
        case 'finding':
          return line(
            `  ${style('yellow', '! ', terminal)}${event.finding.title}: ${event.finding.evidence}${event.finding.mend === undefined ? '' : `\n    → ${event.finding.mend}`}`,
          );
      }
    },
    close: clear,
  };
}

function liveLine(event: Extract<RunEvent, { type: 'progress' }>, seconds: number, columns: number): string {
  const share = event.total === 0 ? 0 : event.done / event.total;
  const filled = Math.round(share * BAR_CELLS);
  const bar = `${'━'.repeat(filled)}${'─'.repeat(BAR_CELLS - filled)}`;
  const left = share > 0.03 && seconds > 2 ? ` · ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
  return `  ${bar} ${event.done}/${event.total} ${event.detail}${left}`.slice(0, Math.max(20, columns - 1));
}

function style(colour: 'cyan' | 'yellow', text: string, terminal: Terminal): string {
  return terminal.isLive && terminal.colour ? styleText(colour, text) : text;
}
