import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { mapPlacement } from '../charts/map-geometry.ts';
import {
  type ClassificationData,
  encodeClasses,
  type ItemData,
  type MapData,
  type PageData,
  type TestData,
} from '../page/page-data.ts';
import { MAP_SIZE } from './map-section.ts';
import { qualityTag, type RunView, vectorName } from './run-view.ts';

/** Packs what the error view and the maps need; the tags are added when all sections have been built. */
export function pageDataOf(view: RunView): Omit<PageData, 'tags'> {
  const { record } = view;
  const numberOf = new Map(record.items.ids.map((id, i) => [id, i]));
  const numbers = (ids: readonly string[]) => ids.map((id) => numberOf.get(id) ?? -1);
  return {
    items: itemData(record),
    ...classificationData(
      record,
      record.quality.map((row) => ({ row, name: vectorName(row), tag: qualityTag(view, row) })),
    ),
    neighbours: (record.neighbours ?? []).map((list) => ({
      name: `${list.dimensions} dimensions · ${list.instruction}`,
      of: numbers(list.ids),
      nearest: list.nearest.map((near) =>
        near.flatMap(([id, cosine]) => [numberOf.get(id) ?? -1, Math.round(cosine * 1e4)]),
      ),
    })),
    maps: record.maps.map((map) => mapData(map, record.items.ids, numbers)),
  };
}

/** A quality cell as the error view lists it. */
export interface NamedRow {
  readonly row: QualityRow;
  readonly name: string;
  readonly tag: number;
}

/** Predictions of cells over one record's items; cells that held out the same items share them. */
export function classificationData(
  record: RunRecord,
  cells: readonly NamedRow[],
): Pick<PageData, 'classifications' | 'tests'> {
  const numberOf = new Map(record.items.ids.map((id, i) => [id, i]));
  const tests: TestData[] = [];
  const testNumbers = new Map<string, number>();
  const testOf = ({ testIds, classes }: NonNullable<QualityRow['classification']>): number => {
    const key = JSON.stringify([testIds, classes]);
    const known = testNumbers.get(key);
    if (known !== undefined) return known;
    testNumbers.set(key, tests.length);
    const held = testIds.map((id) => numberOf.get(id) ?? -1);
    return tests.push(testData(record, classes, held)) - 1;
  };
  const classifications = cells.flatMap(({ row, name, tag }): ClassificationData[] => {
    const detail = row.classification;
    if (detail === undefined) return [];
    return [{ name, tag, test: testOf(detail), predicted: encodeClasses(detail.predicted) }];
  });
  return { classifications, tests };
}

/** Points lie where they are drawn, so that the script need not scale them. */
function mapData(
  map: RunRecord['maps'][number],
  ids: readonly string[],
  numbers: (ids: readonly string[]) => number[],
): MapData {
  const place = mapPlacement(map.points, MAP_SIZE);
  const complete = map.ids.length === ids.length && map.ids.every((id, i) => id === ids[i]);
  return {
    ...(complete ? {} : { items: numbers(map.ids) }),
    places: map.points.flatMap(place),
  };
}

/** Bytes of text that a page carries at most; longer collections are cut item by item. */
const TEXT_BUDGET = 650_000;

/** Ids, labels and texts of the items, as far as the page can carry them. */
export function itemData({ items }: RunRecord): ItemData {
  const cutAt = items.texts === undefined ? undefined : cutLength(items.texts, TEXT_BUDGET);
  return {
    ids: items.ids,
    ...(items.texts === undefined ? {} : { texts: items.texts.map((text) => cut(text, cutAt)) }),
    ...(cutAt === undefined ? {} : { cutAt }),
    labels: Object.entries(items.labels).map(([name, labels]) => {
      const classes = [...new Set(labels.filter((label) => label !== null))];
      const codes = encodeClasses(labels.map((label) => (label === null ? -1 : classes.indexOf(label))));
      return { name, classes, codes };
    }),
  };
}

/**
 * The longest length, in characters, at which all texts together stay within the budget of UTF-8 bytes (at their
 * mean bytes per character); undefined when nothing must be cut.
 */
function cutLength(texts: readonly string[], budget: number): number | undefined {
  const lengths = texts.map((text) => text.length).toSorted((a, b) => a - b);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const characters = lengths.reduce((sum, length) => sum + length, 0);
  const allowed = (budget * characters) / Math.max(1, bytes);
  let used = 0;
  for (const [i, length] of lengths.entries()) {
    const left = lengths.length - i;
    if (used + length * left > allowed) return Math.max(80, Math.floor((allowed - used) / left));
    used += length;
  }
  return undefined;
}

function cut(text: string, at: number | undefined): string {
  return at === undefined || text.length <= at
    ? text
    : `${text.slice(0, at).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The label column that was classified: the first whose held-out labels are all among the classes. */
function testData({ items }: RunRecord, classes: readonly string[], held: readonly number[]): TestData {
  const known = new Set(classes);
  const labels =
    Object.values(items.labels).find((column) => held.every((item) => known.has(column[item] ?? ''))) ?? [];
  const numberOf = new Map(classes.map((name, k) => [name, k]));
  const truth = encodeClasses(held.map((item) => numberOf.get(labels[item] ?? '') ?? -1));
  return { items: held, classes, truth };
}
