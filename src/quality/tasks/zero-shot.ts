import { UsageError } from '../../core/errors.ts';
import type { PrefixView } from '../engine.ts';
import { macroF1OfCounts } from '../metrics/classification-scores.ts';
import { confusionCodes } from '../metrics/confusion.ts';
import { countScores, proportionScore } from '../score-intervals.ts';
import { labelledItems } from './classes.ts';
import { argmaxRows, correctness } from './classifier.ts';
import type { QualityTask, TaskEnvironment, TaskText } from './task.ts';

export interface ZeroShotSource {
  readonly column: string;
  /** Classes of the column. */
  readonly classes: readonly string[];
  /** Class → sentences with the class written out; default: see {@link defaultTemplates}. */
  readonly templates?: Readonly<Record<string, readonly string[]>>;
}

export interface ZeroShotSpec {
  readonly column: string;
  /** Class → ids of its templates. */
  readonly templateIds: Readonly<Record<string, readonly string[]>>;
}

/**
 * No training at all: an item gets the class whose templates lie nearest. Several templates of a class are
 * averaged as unit vectors, which is steadier than any one of them.
 */
export const zeroShot: QualityTask<ZeroShotSource, ZeroShotSpec> = {
  id: 'zeroShot',
  reads: 'both',
  plan({ column, classes, templates }) {
    const written = templates ?? Object.fromEntries(classes.map((name) => [name, defaultTemplates(name)]));
    requireTemplates(classes, written);
    const texts: TaskText[] = [];
    const templateIds: Record<string, string[]> = {};
    for (const name of classes) {
      templateIds[name] = written[name]!.map((text, i) => {
        const id = `${name} ${i + 1}`;
        texts.push({ id, text, role: 'label' });
        return id;
      });
    }
    return { spec: { column, templateIds }, texts };
  },
  prepare({ column, templateIds }, environment) {
    const target = presentItems(column, environment);
    const { classes, labels, rows, ids } = target;
    const majority = majorityOf(labels) / labels.length;
    return ({ view, own }) => {
      const { centroids, lost } = classCentroids(classes, templateIds, own, environment.ownRowOf);
      if (lost !== undefined)
        return { scores: {}, notes: [`zero-shot: no template of "${lost}" has a vector`] };
      const predicted = nearestClasses(view, rows, centroids);
      const right = correctness(predicted, labels);
      return {
        scores: {
          zeroShotAccuracy: proportionScore(
            right.reduce((total, hit) => total + hit, 0),
            right.length,
            majority,
          ),
          ...countScores(
            confusionCodes(labels, predicted, classes.length),
            classes.length ** 2,
            { zeroShotMacroF1: (counts) => macroF1OfCounts(counts, classes.length) },
            environment.options,
            { zeroShotMacroF1: { range: [0, 1] } },
          ),
        },
        perItem: { zeroShotAccuracy: { ids: [...ids], values: right } },
      };
    };
  },
};

/** What a class is called when the config writes no templates. */
function defaultTemplates(name: string): string[] {
  return [name, `This text is ${name}.`, `The topic or sentiment of this text is ${name}.`];
}

function requireTemplates(
  classes: readonly string[],
  templates: Readonly<Record<string, readonly string[]>>,
): void {
  for (const name of classes) {
    if ((templates[name] ?? []).length > 0) continue;
    throw new UsageError(`zero-shot needs a template for the class "${name}"`, {
      hint: `write one under quality.tasks … templates: { ${name}: [...] }`,
    });
  }
  const unknown = Object.keys(templates).find((name) => !classes.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`zero-shot has templates for "${unknown}", which is no class of the data`, {
    hint: `the classes are ${classes.map((name) => `"${name}"`).join(', ')}`,
  });
}

interface PresentItems {
  readonly classes: readonly string[];
  readonly ids: readonly string[];
  readonly rows: Int32Array;
  readonly labels: Int32Array;
}

function presentItems(column: string, { items, rowOf }: TaskEnvironment): PresentItems {
  const { classes, items: positions, labels } = labelledItems(items, column);
  const present = positions.filter((item) => rowOf[item]! >= 0);
  if (present.length === 0) {
    throw new UsageError(`no item with a label in "${column}" has a vector`, {
      hint: 'see the failed embeddings of this instruction',
    });
  }
  return {
    classes,
    ids: Array.from(present, (item) => items.ids[item]!),
    rows: present.map((item) => rowOf[item]!),
    labels: labels.filter((_, i) => rowOf[positions[i]!]! >= 0),
  };
}

/** Sum of the unit vectors of each class's templates: classes × dimensions, each row of unit length. */
function classCentroids(
  classes: readonly string[],
  templateIds: ZeroShotSpec['templateIds'],
  own: PrefixView | undefined,
  ownRowOf: ReadonlyMap<string, number>,
): { centroids: Float64Array; lost?: string } {
  const dimensions = own?.dimensions ?? 0;
  const centroids = new Float64Array(classes.length * dimensions);
  const row = new Float32Array(dimensions);
  for (const [k, name] of classes.entries()) {
    const centroid = centroids.subarray(k * dimensions, (k + 1) * dimensions);
    for (const id of templateIds[name] ?? []) {
      const ownRow = ownRowOf.get(id);
      if (own === undefined || ownRow === undefined) continue;
      own.copyRow(ownRow, row);
      for (let j = 0; j < dimensions; j++) centroid[j] = centroid[j]! + row[j]!;
    }
    const norm = Math.sqrt(centroid.reduce((total, x) => total + x * x, 0));
    if (norm === 0) return { centroids, lost: name };
    for (let j = 0; j < dimensions; j++) centroid[j] = centroid[j]! / norm;
  }
  return { centroids };
}

function nearestClasses(view: PrefixView, rows: Int32Array, centroids: Float64Array): Int32Array {
  const { dimensions } = view;
  const classes = centroids.length / dimensions;
  const cosines = new Float64Array(rows.length * classes);
  const item = new Float32Array(dimensions);
  rows.forEach((row, i) => {
    view.copyRow(row, item);
    for (let k = 0; k < classes; k++) {
      let dot = 0;
      const offset = k * dimensions;
      for (let j = 0; j < dimensions; j++) dot += item[j]! * centroids[offset + j]!;
      cosines[i * classes + k] = dot;
    }
  });
  return argmaxRows(cosines, classes);
}

function majorityOf(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values());
}
