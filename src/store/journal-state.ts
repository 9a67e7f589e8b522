import type * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import type { JournalEntryOf } from './journal-entry.ts';
import type { JournalContent } from './read-journal.ts';
import { explain } from './schema-version.ts';

/** What is known about one load cell. */
export interface CellState {
  /** Finished trials by their index. */
  readonly trials: ReadonlyMap<number, JournalEntryOf<'trial'>>;
  /** The cell's last word, when all of its trials are done. */
  readonly row?: NonNullable<JournalEntryOf<'cell'>['row']>;
  readonly notes: readonly string[];
}

/** Everything a journal tells, later entries about the same thing replacing earlier ones. */
export interface JournalState {
  readonly start: JournalEntryOf<'start'>;
  /** `open` when neither an end nor an interruption was written: the process was killed, or still runs. */
  readonly status: 'open' | 'interrupted' | 'complete' | 'failed';
  readonly resumed: number;
  /** Time of the last entry. */
  readonly lastAt: string;
  readonly server?: JournalEntryOf<'server'>['server'];
  readonly dataset?: JournalEntryOf<'dataset'>;
  readonly quality: readonly JournalEntryOf<'quality'>[];
  readonly cells: ReadonlyMap<string, CellState>;
  readonly searches: readonly JournalEntryOf<'search'>['row'][];
  readonly memory?: JournalEntryOf<'memory'>['memory'];
  readonly doubts: readonly { readonly code: string; readonly message: string }[];
  /** Wall seconds by phase, added up over interruptions. */
  readonly phases: Readonly<Record<string, number>>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface Draft extends Omit<Mutable<JournalState>, 'quality' | 'cells' | 'searches' | 'doubts' | 'phases'> {
  readonly quality: Map<string, JournalEntryOf<'quality'>>;
  readonly cells: Map<string, DraftCell>;
  readonly searches: JournalEntryOf<'search'>['row'][];
  readonly doubts: Map<string, { code: string; message: string }>;
  readonly phases: Record<string, number>;
}
interface DraftCell {
  readonly trials: Map<number, JournalEntryOf<'trial'>>;
  row?: NonNullable<JournalEntryOf<'cell'>['row']>;
  notes: string[];
}

/**
 * Plays the journal back: what had been measured, and how the run ended. Nothing but the journal is needed.
 *
 * @throws UsageError when the journal does not begin with a start
 */
export function replayJournal(content: JournalContent): JournalState {
  const first = content.lines[0];
  if (first?.entry.type !== 'start') {
    throw new UsageError('the journal does not say which run it belongs to', {
      where: `${content.path}:1`,
      hint: 'The run was stopped before anything was measured; start a new one.',
    });
  }
  const draft: Draft = {
    start: first.entry,
    status: 'open',
    resumed: 0,
    lastAt: first.at,
    quality: new Map(),
    cells: new Map(),
    searches: [],
    doubts: new Map(),
    phases: {},
  };
  for (const line of content.lines.slice(1)) {
    draft.lastAt = line.at;
    apply(draft, line.entry);
  }
  return { ...draft, quality: [...draft.quality.values()], doubts: [...draft.doubts.values()] };
}

/**
 * The payloads of one kind, in order, checked against what the reader expects of them.
 *
 * @throws UsageError with file and line of one that is something else
 */
export function payloadsOf<T>(content: JournalContent, kind: string, schema: z.ZodType<T>): T[] {
  return content.lines.flatMap(({ n, entry }) => {
    if (entry.type !== 'payload' || entry.kind !== kind) return [];
    const parsed = schema.safeParse(entry.payload);
    if (parsed.success) return [parsed.data];
    throw new UsageError(`the journal's ${kind} is not as expected: ${explain(parsed.error)}`, {
      where: `${content.path}:${n}`,
      hint: 'Go on with the dimsweep that wrote it, or start a new run.',
    });
  });
}

function apply(draft: Draft, entry: JournalContent['lines'][number]['entry']): void {
  switch (entry.type) {
    case 'start':
    case 'payload':
      return;
    case 'resume':
      draft.resumed += 1;
      draft.status = 'open';
      return;
    case 'server':
      draft.server = entry.server;
      return;
    case 'dataset':
      draft.dataset = entry;
      return;
    case 'quality':
      draft.quality.set(JSON.stringify([entry.instruction.name, entry.serverArgs ?? null]), entry);
      return;
    case 'trial':
      cellOf(draft, entry.cell).trials.set(entry.trial.index, entry);
      return;
    case 'cell': {
      const cell = cellOf(draft, entry.cell);
      if (entry.row !== undefined) cell.row = entry.row;
      cell.notes.push(...entry.notes);
      return;
    }
    case 'search':
      draft.searches.push(entry.row);
      return;
    case 'memory':
      draft.memory = entry.memory;
      return;
    case 'doubt':
      draft.doubts.set(`${entry.code}\u0000${entry.message}`, { code: entry.code, message: entry.message });
      return;
    case 'phase':
      draft.phases[entry.phase] = (draft.phases[entry.phase] ?? 0) + entry.seconds;
      return;
    case 'interrupted':
      draft.status = 'interrupted';
      return;
    case 'finished':
      draft.status = entry.status;
      return;
  }
}

function cellOf(draft: Draft, id: string): DraftCell {
  const known = draft.cells.get(id);
  if (known !== undefined) return known;
  const cell: DraftCell = { trials: new Map(), notes: [] };
  draft.cells.set(id, cell);
  return cell;
}
