import type { LoadConfig, Slo } from '../config/load-config.ts';
import type { LoadCell } from '../core/cell.ts';
import type { LoadRow, SearchRow } from '../core/record/load-row.ts';
import { describeSlo } from './goodput.ts';
import { kneeOf } from './knee.ts';
import {
  type Attempt,
  meetsSlo,
  type SearchBounds,
  type SearchResult,
  searchHighestLoad,
  sustainsRate,
  tooSmallFor,
} from './load-search.ts';

type Over = SearchBounds['over'];

/** The cell under another load. */
function cellAtLoad(cell: LoadCell, over: Over, load: number, arrivals: LoadCell['arrivals']): LoadCell {
  const { rate: _rate, concurrency, ...rest } = cell;
  if (over === 'concurrency') return { ...rest, arrivals: 'closed', concurrency: load };
  const cap = cell.arrivals === 'closed' || concurrency === undefined ? {} : { concurrency };
  return { ...rest, ...cap, arrivals: arrivals === 'closed' ? 'poisson' : arrivals, rate: load };
}

export interface SloSearch {
  /** Everything but the load. */
  readonly cell: LoadCell;
  readonly slo: Slo;
  readonly search: NonNullable<LoadConfig['search']>;
  readonly arrivals: LoadConfig['arrivals'];
  /** Measures a cell, all of its trials. */
  readonly measure: (cell: LoadCell) => Promise<LoadRow>;
}

/** Searches the highest load that meets the objective, and says what was found in one row of the record. */
export async function searchSlo({ cell, slo, search, arrivals, measure }: SloSearch): Promise<SearchRow> {
  const measured: string[] = [];
  const result = await searchHighestLoad(search, async (load) => {
    const row = await measure(cellAtLoad(cell, search.over, load, arrivals));
    measured.push(row.id);
    const undecided = tooSmallFor(row, slo);
    return {
      met: meetsSlo(row, slo) && sustainsRate(row),
      unreliable: row.validity.verdict === 'invalid',
      ...(undecided === undefined ? {} : { undecided }),
    };
  });
  const note = noteOf(result, search.over, slo);
  return {
    kind: 'slo',
    over: search.over,
    cells: measured,
    ...(result.best === undefined ? {} : { best: result.best }),
    ...(result.exceeded === undefined ? {} : { exceeded: result.exceeded }),
    objective: describeSlo(slo),
    ...(note === undefined ? {} : { note }),
    fixed: fixedAxes(cell),
  };
}

function noteOf({ best, exceeded, attempts }: SearchResult, over: Over, slo: Slo): string | undefined {
  const last = attempts.findLast((attempt) => attempt.load === exceeded);
  const doubt = doubtOf(last);
  if (best === undefined) {
    const verb = last?.undecided === undefined ? 'meets' : 'was shown to meet';
    return `not even the lowest ${over} (${exceeded}) ${verb} ${describeSlo(slo)}${doubt}`;
  }
  if (exceeded === undefined)
    return `the highest ${over} of the search (${best}) still meets it: raise load.search.max`;
  return doubt === '' ? undefined : `${over} ${exceeded} was not accepted${doubt}`;
}

/** Why a load that was not accepted may be fine after all. */
function doubtOf(attempt: Attempt | undefined): string {
  if (attempt?.undecided !== undefined) return `; ${attempt.undecided}`;
  return attempt?.unreliable ? '; that cell is invalid, so the limit may be the client or the network' : '';
}

/**
 * The knee of each throughput–latency curve: rows that differ in nothing but their load, three or more of them.
 * Invalid rows are left out.
 */
export function kneeRows(rows: readonly LoadRow[]): SearchRow[] {
  const curves = new Map<string, LoadRow[]>();
  for (const row of rows) {
    if (row.validity.verdict === 'invalid') continue;
    const cap = row.rate === undefined ? null : (row.concurrency ?? null);
    const curve = JSON.stringify([overOf(row), fixedAxes(row), cap]);
    curves.set(curve, [...(curves.get(curve) ?? []), row]);
  }
  return [...curves.values()].flatMap((curve): SearchRow[] => {
    const over = overOf(curve[0]!);
    const points = curve.map((row) => ({
      load: (over === 'rate' ? row.rate : row.concurrency) ?? 0,
      throughput: row.throughput.requestsPerSecond,
      latencyMs: row.latencyMs.response.mean ?? 0,
    }));
    if (points.length < 3) return [];
    const knee = kneeOf(points);
    const cells = curve.map((row) => row.id);
    const common = { kind: 'knee', over, cells, objective: 'greatest throughput ÷ latency' } as const;
    const fixed = fixedAxes(curve[0]!);
    const note = `no knee up to the highest ${over}: the curve still rises there`;
    return [{ ...common, ...(knee === undefined ? { note } : { best: knee.load }), fixed }];
  });
}

function overOf(row: LoadRow): Over {
  return row.rate === undefined ? 'concurrency' : 'rate';
}

function fixedAxes(cell: LoadCell | LoadRow): Record<string, string | number> {
  const { dimensions, instruction, batchSize, encoding, transport, cache, serverArgs } = cell;
  return {
    dimensions,
    instruction,
    batchSize,
    encoding,
    transport,
    cache,
    ...(serverArgs === undefined ? {} : { serverArgs }),
  };
}
