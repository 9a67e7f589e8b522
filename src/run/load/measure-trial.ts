import { describeCell } from '../../core/cell.ts';
import { InterruptedError, ServerError } from '../../core/errors.ts';
import type { ServerStory } from '../../core/record/load-row.ts';
import { trialFactsSchema } from '../../load/trial-facts.ts';
import type { TrialResult } from '../../load/trial-result.ts';
import type { WindowMemory } from '../../memory/reading-summary.ts';
import type { TrialSlot } from '../../plan/trial-order.ts';
import type { MetricsStory } from '../../server/metrics/metrics-scraper.ts';
import type { JournalEntryOf } from '../../store/journal-entry.ts';
import { hasSamplePart, writeSamplePart } from '../../store/sample-files.ts';
import type { LoadSide } from './load-side.ts';

/** How long a busy server may take to become idle before its prefix cache is emptied. */
const FLUSH_WAIT_MS = 10_000;

/** A trial of an earlier, interrupted run that need not be measured again. */
export function finishedTrial(side: LoadSide, slot: TrialSlot): JournalEntryOf<'trial'> | undefined {
  const entry = side.earlier?.cells.get(slot.cellId)?.trials.get(slot.trial);
  return entry?.samples !== undefined && hasSamplePart(side.folder, entry.samples) ? entry : undefined;
}

/**
 * Measures one trial and puts it on the disk: the samples first, then the journal line that speaks of them.
 *
 * @throws InterruptedError when the user stops the run, ServerError when the server is gone; nothing of the
 *   trial is kept then, so that a resumed run measures it anew
 */
export async function measureTrial(side: LoadSide, slot: TrialSlot): Promise<JournalEntryOf<'trial'>> {
  const { cell, trial } = slot;
  const story = windowStory(side);
  const measuring = side.engine.measureTrial(
    {
      cell,
      trial,
      target: side.target,
      load: side.load,
      instruction: side.config.axes.instruction[cell.instruction] ?? null,
      texts: side.texts,
      seed: side.config.seed,
    },
    {
      signal: AbortSignal.any([side.signal, side.session.died]),
      beforeWarmup: () => emptyPrefixCache(side, slot),
      // Vectors that were computed under load must not answer for those of the quiet server.
      beforeQuiet: () => emptyPrefixCache(side, slot),
      onWindowOpen: story.open,
      onWindowClose: story.close,
    },
  );
  // A window that is cancelled never closes by itself, and what watches it would keep the program alive.
  const result = await measuring.finally(story.close);
  requireUsable(side, slot, result);
  const samples = await writeSamplePart(side.folder, { cell: slot.cellId, trial }, result.samples);
  for (const message of story.doubts())
    side.journal.append({ type: 'doubt', code: 'serverMetrics', message });
  const entry: JournalEntryOf<'trial'> = {
    type: 'trial',
    cell: slot.cellId,
    trial: result.trial,
    samples,
    server: story.told(),
    detail: trialFactsSchema.parse(result.facts),
  };
  side.journal.append(entry);
  return entry;
}

/** Empties the server's prefix cache before a cell that must not find its texts there. */
async function emptyPrefixCache(side: LoadSide, { cell }: TrialSlot): Promise<void> {
  const { prefixCache, routes } = side.server.capabilities;
  if (cell.cache === 'warm' || prefixCache === 'off' || routes.flushCache === undefined) return;
  const flushed = await side.admin.flushCache({ waitMs: FLUSH_WAIT_MS, signal: side.signal });
  if (flushed.state === 'flushed') return;
  const why = flushed.state === 'failed' ? flushed.reason : flushed.state;
  side.journal.append({
    type: 'doubt',
    code: 'prefixCacheNotFlushed',
    message: `the server's prefix cache could not be emptied before every window (${why}); fresh texts still keep it from being used`,
  });
}

/** Scrapes metrics and reads memory around one window. Closing one that is not open does nothing. */
function windowStory(side: LoadSide): {
  open(): Promise<void>;
  close(): Promise<void>;
  told(): ServerStory;
  doubts(): readonly string[];
} {
  let opening: Promise<unknown> | undefined;
  let metrics: MetricsStory | undefined;
  let memory: WindowMemory = {};
  return {
    open: async () => {
      opening = Promise.all([side.scraper?.start(), side.memory.beginWindow()]);
      await opening;
    },
    close: async () => {
      if (opening === undefined) return;
      // A short window may be over before the readings at its opening are.
      const opened = opening;
      opening = undefined;
      await opened;
      [metrics, memory] = await Promise.all([side.scraper?.stop(), side.memory.endWindow()]);
    },
    doubts: () => metrics?.doubts ?? [],
    told: () => ({
      ...(metrics === undefined || metrics.scrapes.ok === 0
        ? {}
        : { counters: { ...metrics.counters }, gauges: { ...metrics.gauges } }),
      ...memory,
    }),
  };
}

function requireUsable(side: LoadSide, slot: TrialSlot, { trial, facts }: TrialResult): void {
  if (side.session.died.aborted) {
    throw new ServerError('the server ended in the middle of the load pass', {
      where: describeCell(slot.cell),
      hint: 'See why it stopped; what was measured before is kept.',
      cause: side.session.died.reason,
    });
  }
  if (side.signal.aborted || facts.cancelled) throw new InterruptedError('the run was stopped');
  const unreachable = (trial.failed.refused ?? 0) + (trial.failed.reset ?? 0);
  if (trial.ok === 0 && trial.sent > 0 && unreachable === trial.sent) {
    throw new ServerError('the server can no longer be reached', {
      where: describeCell(slot.cell),
      hint: 'See why it stopped; what was measured before is kept.',
      cause: new Error(facts.messages.refused ?? facts.messages.reset ?? 'every request was refused'),
    });
  }
}
