import { contentHash } from '../core/content-hash.ts';
import {
  BASELINE_SCHEMA_VERSION,
  type Baseline,
  type BaselineLoadRow,
  type BaselineQualityRow,
} from '../core/record/baseline.ts';
import type { LoadRow } from '../core/record/load-row.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { digitsFor, encodeDigits } from './digit-codes.ts';
import { packNumbers, roundedDeep } from './packed-numbers.ts';

/** Lists of ids, each kept once. */
interface ItemSets {
  readonly sets: Record<string, string[]>;
  /** The key of a list. */
  keep(ids: readonly string[]): string;
}

/**
 * What is kept of a run that becomes a baseline. Pure.
 *
 * @param blessedAt ISO 8601
 */
export function baselineOf(record: RunRecord, name: string, blessedAt: string): Baseline {
  const { runId, status, startedAt, finishedAt, runKey, configHash } = record;
  const { info: _info, findings: _findings, ...server } = record.server;
  const { card: _card, badRows, ...dataset } = record.dataset;
  const itemSets = createItemSets();
  return {
    kind: 'baseline',
    schemaVersion: BASELINE_SCHEMA_VERSION,
    name,
    blessedAt,
    run: { runId, name: record.name, status, startedAt, finishedAt, runKey, configHash },
    config: record.config,
    environment: record.environment,
    server,
    dataset: { ...dataset, badRows: { count: badRows.count } },
    instructions: record.instructions.map(({ example: _, ...instruction }) => instruction),
    quality: record.quality.map((row) => qualityRow(row, itemSets)),
    load: record.load.map(loadRow),
    memory: record.memory,
    embeddingFailures: record.embeddingFailures.map(({ ids: _, ...failure }) => failure),
    doubts: record.doubts,
    labels: labelsOf(record, itemSets),
    itemSets: itemSets.sets,
  };
}

function createItemSets(): ItemSets {
  const sets: Record<string, string[]> = {};
  return {
    sets,
    keep: (ids) => {
      const key = contentHash(ids).slice(0, 12);
      sets[key] ??= [...ids];
      return key;
    },
  };
}

function qualityRow(row: QualityRow, itemSets: ItemSets): BaselineQualityRow {
  const { classification, perItem, ...rest } = row;
  const kept: BaselineQualityRow = roundedDeep(rest);
  if (classification !== undefined) {
    const { report: _, testIds, predicted, ...detail } = classification;
    kept.classification = {
      ...roundedDeep(detail),
      items: itemSets.keep(testIds),
      predicted: encodeDigits(predicted, digitsFor(detail.classes.length)),
    };
  }
  if (perItem !== undefined) {
    kept.perItem = Object.fromEntries(
      Object.entries(perItem).map(([task, { ids, values }]) => [
        task,
        { items: itemSets.keep(ids), values: packNumbers(values) },
      ]),
    );
  }
  return kept;
}

function loadRow(row: LoadRow): BaselineLoadRow {
  const { timeline: _timeline, ecdfMs: _ecdf, reproduce: _reproduce, server, ...rest } = row;
  const { counters: _counters, gauges: _gauges, ...story } = server ?? {};
  return roundedDeep({ ...rest, ...(server === undefined ? {} : { server: story }) });
}

/** True classes, for the items that some classification was tested on. */
function labelsOf(record: RunRecord, itemSets: ItemSets): Baseline['labels'] {
  const tested = new Set(record.quality.flatMap((row) => row.classification?.testIds ?? []));
  const rows = record.items.ids.flatMap((id, row) => (tested.has(id) ? [row] : []));
  const columns = Object.entries(record.items.labels).map(([column, labels]) => {
    const kept = rows.map((row) => labels[row] ?? null);
    const classes = [...new Set(kept.filter((label) => label !== null))].sort();
    const rank = new Map<string | null, number>(classes.map((label, i) => [label, i]));
    rank.set(null, classes.length);
    const codes = encodeDigits(
      kept.map((label) => rank.get(label)!),
      digitsFor(classes.length + 1),
    );
    return [column, { classes, codes }] as const;
  });
  return {
    items: itemSets.keep(rows.map((row) => record.items.ids[row]!)),
    columns: Object.fromEntries(columns),
  };
}
