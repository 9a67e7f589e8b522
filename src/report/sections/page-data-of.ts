import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { type ClassificationData, encodeClasses, type ItemData, type PageData } from '../page/page-data.ts';
import { qualityTag, type RunView, vectorName } from './run-view.ts';

/** Packs what the error view and the maps need; the tags are added when all sections have been built. */
export function pageDataOf(view: RunView): Omit<PageData, 'tags'> {
  const { record } = view;
  const numberOf = new Map(record.items.ids.map((id, i) => [id, i]));
  const numbers = (ids: readonly string[]) => ids.map((id) => numberOf.get(id) ?? -1);
  const tests: number[][] = [];
  const testNumbers = new Map<string, number>();
  const classifications = record.quality.flatMap((row): ClassificationData[] => {
    const detail = row.classification;
    if (detail === undefined) return [];
    const key = detail.testIds.join('\u0000');
    let test = testNumbers.get(key);
    if (test === undefined) {
      test = tests.push(numbers(detail.testIds)) - 1;
      testNumbers.set(key, test);
    }
    return [classificationData(view, row, test, tests[test]!)];
  });
  return {
    items: itemData(record),
    classifications,
    tests,
    neighbours: (record.neighbours ?? []).map((list) => ({
      name: `${list.dimensions} dimensions · ${list.instruction}`,
      of: numbers(list.ids),
      nearest: list.nearest.map((near) =>
        near.flatMap(([id, cosine]) => [numberOf.get(id) ?? -1, Math.round(cosine * 1e4)]),
      ),
    })),
    maps: record.maps.map((map) => ({ items: numbers(map.ids), points: map.points.flat() })),
  };
}

function itemData({ items }: RunRecord): ItemData {
  return {
    ids: items.ids,
    ...(items.texts === undefined ? {} : { texts: items.texts }),
    labels: Object.entries(items.labels).map(([name, labels]) => {
      const classes = [...new Set(labels.filter((label) => label !== null))];
      return {
        name,
        classes,
        codes: encodeClasses(labels.map((label) => (label === null ? -1 : classes.indexOf(label)))),
      };
    }),
  };
}

function classificationData(
  view: RunView,
  row: QualityRow,
  test: number,
  items: readonly number[],
): ClassificationData {
  const detail = row.classification!;
  const labels = labelsOf(view.record, detail.classes, items);
  return {
    name: vectorName(row),
    tag: qualityTag(view, row),
    classes: detail.classes,
    test,
    truth: encodeClasses(items.map((item) => detail.classes.indexOf(labels[item] ?? ''))),
    predicted: encodeClasses(detail.predicted),
  };
}

/** The label column that was classified: the first whose held-out labels are all among the classes. */
function labelsOf(
  { items }: RunRecord,
  classes: readonly string[],
  held: readonly number[],
): readonly (string | null)[] {
  const known = new Set(classes);
  return (
    Object.values(items.labels).find((labels) => held.every((item) => known.has(labels[item] ?? ''))) ?? []
  );
}
