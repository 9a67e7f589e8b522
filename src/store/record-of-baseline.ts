import type { Baseline, BaselineQualityRow } from '../core/record/baseline.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import { RECORD_SCHEMA_VERSION, type RunRecord } from '../core/record/run-record.ts';
import { decodeDigits, digitsFor } from './digit-codes.ts';
import { unpackNumbers } from './packed-numbers.ts';

/**
 * A baseline in the shape of a record, so that comparisons and gates know one shape only. What a baseline does not
 * keep is empty: texts, maps, verdicts, findings, classification reports, and every item that no classification
 * was tested on. Pure.
 *
 * @throws RangeError when the baseline refers to items, classes or levels that it does not hold
 */
export function recordOfBaseline(baseline: Baseline): RunRecord {
  const { run, dataset, labels } = baseline;
  return {
    schemaVersion: RECORD_SCHEMA_VERSION,
    ...run,
    config: baseline.config,
    environment: baseline.environment,
    server: { ...baseline.server, findings: [] },
    dataset: { ...dataset, badRows: { count: dataset.badRows.count, shown: [] } },
    instructions: baseline.instructions.map((instruction) => ({ ...instruction, example: '' })),
    parity: [],
    quality: baseline.quality.map((row) => qualityRow(row, baseline)),
    verdicts: [],
    load: baseline.load,
    memory: baseline.memory,
    maps: [],
    items: {
      ids: itemsOf(baseline, labels.items),
      labels: Object.fromEntries(
        Object.entries(labels.columns).map(([column, { classes, codes }]) => [
          column,
          decodeDigits(codes, digitsFor(classes.length + 1)).map((code) => classes[code] ?? null),
        ]),
      ),
    },
    embeddingFailures: baseline.embeddingFailures.map((failure) => ({ ...failure, ids: [] })),
    doubts: baseline.doubts,
    phases: {},
  };
}

function qualityRow(row: BaselineQualityRow, baseline: Baseline): QualityRow {
  const { classification, perItem, ...rest } = row;
  const result: QualityRow = rest;
  if (classification !== undefined) {
    const { items, predicted, ...detail } = classification;
    const testIds = itemsOf(baseline, items);
    const indices = decodeDigits(predicted, digitsFor(detail.classes.length));
    expectCount(indices.length, testIds.length, 'predictions');
    if (indices.some((index) => index >= detail.classes.length)) {
      throw new RangeError('a prediction names a class that there is not');
    }
    result.classification = { ...detail, report: '', testIds, predicted: indices };
  }
  if (perItem !== undefined) {
    result.perItem = Object.fromEntries(
      Object.entries(perItem).map(([task, packed]) => {
        const ids = itemsOf(baseline, packed.items);
        const values = unpackNumbers(packed.values);
        expectCount(values.length, ids.length, `values of ${task}`);
        return [task, { ids, values }];
      }),
    );
  }
  return result;
}

function itemsOf(baseline: Baseline, key: string): string[] {
  const ids = Object.hasOwn(baseline.itemSets, key) ? baseline.itemSets[key] : undefined;
  if (ids === undefined) throw new RangeError(`there is no list of items ${key}`);
  return ids;
}

function expectCount(found: number, expected: number, what: string): void {
  if (found !== expected) throw new RangeError(`${found} ${what} for ${expected} items`);
}
