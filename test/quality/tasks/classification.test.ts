import { describe, expect, test } from 'vitest';
import { truncateAndNormalise } from '../../../src/core/matrix.ts';
import { createNumpyRandom } from '../../../src/core/numpy-random.ts';
import { createNativeEngine } from '../../../src/quality/engines/native.ts';
import { trainTestSplitStratified } from '../../../src/quality/kernels/splits.ts';
import { CLASSES, evaluateExample, exampleJob } from '../example-job.ts';

const task = (protocols: readonly string[], column = 'sentiment') =>
  [{ task: 'classification', spec: { column, protocols } }] as never;

describe('hold-out', () => {
  const { rows } = evaluateExample({ tasks: task(['holdout']) });

  test('holds out the items that scikit-learn would, in its order', () => {
    const job = exampleJob();
    const labels = Int32Array.from(job.items.labels['sentiment']!, (name) => CLASSES.indexOf(name as never));
    const { test: held } = trainTestSplitStratified(labels, 0.3, 42);
    for (const row of rows) {
      expect(row.classification?.testIds).toEqual(Array.from(held, (i) => `item-${i}`));
    }
  });
  test('accuracy, confusion, report and predictions say the same', () => {
    for (const row of rows) {
      const { confusion, predicted, report, classes } = row.classification!;
      const hits = confusion.reduce((total, counts, k) => total + counts[k]!, 0);
      expect(row.scores['accuracy']!.value).toBeCloseTo(hits / predicted.length, 12);
      expect(row.scores['accuracy']!.n).toBe(72);
      expect(confusion.flat().reduce((total, count) => total + count, 0)).toBe(72);
      expect(report).toContain(`accuracy                           ${(hits / 72).toFixed(2)}        72`);
      expect(classes).toEqual(CLASSES);
    }
  });
  test('the narrow prefix is worse, and both are better than the majority class', () => {
    const [narrow, wide] = rows.map((row) => row.scores['accuracy']!);
    expect(wide!.value).toBeGreaterThan(narrow!.value);
    expect(narrow!.low).toBeGreaterThan(narrow!.baseline!);
    expect(wide!.baseline).toBe(rows[1]!.classification!.majorityBaseline);
  });
  test('an item without a vector leaves its side and shifts nobody', () => {
    const job = exampleJob();
    const lost = new Set(['item-3', 'item-77', rows[1]!.classification!.testIds[0]!]);
    const kept = job.matrix.ids.map((_, row) => row).filter((row) => !lost.has(job.matrix.ids[row]!));
    const matrix = {
      ids: kept.map((row) => job.matrix.ids[row]!),
      dimensions: 64,
      values: Float32Array.from(
        kept.flatMap((row) => Array.from(job.matrix.values.subarray(row * 64, (row + 1) * 64))),
      ),
    };
    const [, wide] = evaluateExample({ matrix, tasks: task(['holdout']) }).rows;
    expect(wide!.rows).toBe(237);
    expect(wide!.classification!.testIds).toEqual(
      rows[1]!.classification!.testIds.filter((id) => !lost.has(id)),
    );
    expect(wide!.scores['accuracy']!.value).toBeGreaterThan(0.9);
  });
  test('labels that fit no vector score at the majority share', () => {
    const job = exampleJob();
    const random = createNumpyRandom(5);
    const drawn = job.items.ids.map(() => CLASSES[random.randint(3)]!);
    const [, wide] = evaluateExample({
      items: { ids: job.items.ids, labels: { sentiment: drawn } },
      tasks: task(['holdout']),
    }).rows;
    expect(wide!.scores['accuracy']!.low).toBeLessThan(wide!.scores['accuracy']!.baseline! + 0.05);
    expect(wide!.scores['mcc']!.low).toBeLessThan(0);
  });
});

describe('tuned C', () => {
  test('is reported beside C = 1, with its own item outcomes', () => {
    const options = { ...exampleJob().options, tuneC: true };
    const { rows } = evaluateExample({ tasks: task(['holdout']), options });
    for (const row of rows) {
      expect(row.classification!.c).toBe(1);
      expect([0.01, 0.1, 1, 10, 100, 1000]).toContain(row.classification!.bestC);
      expect(row.scores['accuracyBestC']!.n).toBe(72);
      expect(row.perItem!['accuracyBestC']!.ids).toEqual(row.classification!.testIds);
    }
  });
});

describe('cross-validation', () => {
  const options = { ...exampleJob().options, repeats: 2 };
  const { rows } = evaluateExample({ tasks: task(['cv']), options });
  test('tests every item once a repeat, and the score is the mean over folds', () => {
    for (const row of rows) {
      const folds = row.perItem!['accuracyCvFolds']!;
      expect(folds.ids).toHaveLength(10);
      expect(folds.ids[5]).toBe('repeat 2 fold 1');
      const mean = folds.values.reduce((total, value) => total + value, 0) / 10;
      expect(row.scores['accuracyCv']!.value).toBeCloseTo(mean, 12);
      expect(row.scores['accuracyCv']!.n).toBe(240);
      expect(row).not.toHaveProperty('classification');
    }
  });
  test('its interval is narrower than the hold-out’s: all items were tested', () => {
    const [holdout] = evaluateExample({ tasks: task(['holdout']) }).rows;
    const width = (score: { low?: number | undefined; high?: number | undefined }) =>
      score.high! - score.low!;
    expect(width(rows[0]!.scores['accuracyCv']!)).toBeLessThan(width(holdout!.scores['accuracy']!));
  });
});

describe('few-shot', () => {
  test('trains on eight items a class and so stays below the hold-out', () => {
    const [narrow] = evaluateExample({ tasks: task(['fewShot', 'holdout']) }).rows;
    expect(narrow!.scores['accuracyFewShot']!.value).toBeLessThan(narrow!.scores['accuracy']!.value);
    expect(narrow!.scores['accuracyFewShot']!.method).toBe('items and draws');
  });
  test('equals fits on the drawn items, made by hand', () => {
    const job = exampleJob();
    const [, wide] = evaluateExample({ tasks: task(['fewShot']) }).rows;
    const labels = Int32Array.from(job.items.labels['sentiment']!, (name) => CLASSES.indexOf(name as never));
    const { train, test: held } = trainTestSplitStratified(labels, 0.3, 42);
    const unit = truncateAndNormalise(job.matrix, 64);
    const sweep = createNativeEngine().open({ rows: 240, dimensions: 64, values: unit.values }, [64]);
    const view = sweep.at(64);
    const order = Int32Array.from(train.keys());
    const accuracies = Array.from({ length: 10 }, () => {
      createNumpyRandom(42).shuffle(order);
      const drawn = [0, 1, 2].flatMap((k) =>
        Array.from(order)
          .filter((i) => labels[train[i]!] === k)
          .slice(0, 8),
      );
      const rows = Int32Array.from(drawn, (i) => train[i]!);
      const model = view.fitLogistic({ rows, labels: rows.map((row) => labels[row]!), classes: 3, c: 1 });
      const probabilities = view.predictProbabilities(model, held);
      return (
        held.reduce((right, row, i) => {
          const own = probabilities.subarray(i * 3, i * 3 + 3);
          return right + Number(own.indexOf(Math.max(...own)) === labels[row]);
        }, 0) / held.length
      );
    });
    sweep.close();
    const mean = accuracies.reduce((total, value) => total + value, 0) / 10;
    expect(wide!.scores['accuracyFewShot']!.value).toBeCloseTo(mean, 2);
  });
});

describe('the sample that all instructions share', () => {
  test('is scored on its own rows, and by the smaller instruction alike', () => {
    const sampleIds = exampleJob().items.ids.filter((_, i) => i % 2 === 0);
    const reference = evaluateExample({ tasks: task(['holdout']), sampleIds }).rows[1]!;
    const job = exampleJob();
    const matrix = {
      ids: sampleIds,
      dimensions: 64,
      values: Float32Array.from(
        sampleIds.flatMap((_, i) => Array.from(job.matrix.values.subarray(2 * i * 64, (2 * i + 1) * 64))),
      ),
    };
    const small = evaluateExample({ tasks: task(['holdout']), matrix }).rows[1]!;
    const { ids, values } = reference.perItem!['accuracySample']!;
    expect(ids).toEqual(small.classification!.testIds);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    expect(mean).toBeCloseTo(small.scores['accuracy']!.value, 12);
  });
});

describe('ordinal rating', () => {
  const stars = (of: (label: number, i: number) => string) => ({
    ids: exampleJob().items.ids,
    labels: {
      stars: exampleJob().items.labels['sentiment']!.map((name, i) => of(CLASSES.indexOf(name as never), i)),
    },
  });
  const ordinal = [{ task: 'ordinal', spec: { column: 'stars' } }] as never;

  test('a rating that the vectors know is close, and its names sort as numbers', () => {
    const [, wide] = evaluateExample({ tasks: ordinal, items: stars((k) => ['2', '10', '30'][k]!) }).rows;
    expect(wide!.scores['ratingSpearman']!.value).toBeGreaterThan(0.8);
    expect(wide!.scores['quadraticKappa']!.value).toBeGreaterThan(0.9);
    expect(wide!.scores['ratingMae']!.value).toBeLessThan(wide!.scores['ratingMae']!.baseline!);
  });
  test('classes that are no numbers are refused by name', () => {
    expect(() => evaluateExample({ tasks: ordinal, items: stars((k) => CLASSES[k]!) })).toThrow(
      /ordinal needs numbers.*"negative"/,
    );
  });
});
