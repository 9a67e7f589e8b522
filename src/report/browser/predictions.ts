import { type ClassificationData, decodeClasses, type PageData } from '../page/page-data.ts';

/** One cell's predictions, looked up by item. */
export interface Predictions {
  readonly name: string;
  readonly classes: readonly string[];
  /** Held-out items in record order. */
  readonly items: readonly number[];
  /** Class numbers by item; `undefined` where the item was not held out. */
  truthOf(item: number): number | undefined;
  predictedOf(item: number): number | undefined;
}

const decoded = new Map<ClassificationData, Predictions>();

export function predictionsOf(data: PageData, index: number): Predictions {
  const source = data.classifications[index]!;
  let predictions = decoded.get(source);
  if (predictions === undefined) {
    predictions = decode(data, source);
    decoded.set(source, predictions);
  }
  return predictions;
}

function decode(data: PageData, source: ClassificationData): Predictions {
  const { items, classes, truth } = data.tests[source.test]!;
  const truths = decodeClasses(truth);
  const predicted = decodeClasses(source.predicted);
  const positionOf = new Map(items.map((item, position) => [item, position]));
  const at = (values: readonly number[], item: number) => {
    const position = positionOf.get(item);
    return position === undefined ? undefined : values[position];
  };
  return {
    name: source.name,
    classes,
    items,
    truthOf: (item) => at(truths, item),
    predictedOf: (item) => at(predicted, item),
  };
}

/** Items that are listed: a cell of the confusion matrix, all wrong ones, or those on which two cells differ. */
export interface Selection {
  readonly cell?: { readonly truth: number; readonly predicted: number };
  readonly against?: Predictions;
  readonly flips: 'all' | 'onlyFirst' | 'onlySecond' | 'neither';
  readonly query: string;
}

export function selectItems(
  predictions: Predictions,
  { cell, against, flips, query }: Selection,
  textOf: (item: number) => string,
): number[] {
  const needle = query.trim().toLowerCase();
  return predictions.items.filter((item) => {
    const truth = predictions.truthOf(item);
    const predicted = predictions.predictedOf(item);
    if (cell !== undefined && (truth !== cell.truth || predicted !== cell.predicted)) return false;
    if (against !== undefined) {
      if (!isFlip(truth, predicted, against.predictedOf(item), flips)) return false;
    } else if (cell === undefined && truth === predicted) return false;
    return needle === '' || textOf(item).toLowerCase().includes(needle);
  });
}

function isFlip(
  truth: number | undefined,
  first: number | undefined,
  second: number | undefined,
  wanted: Selection['flips'],
): boolean {
  if (second === undefined || first === second) return false;
  switch (wanted) {
    case 'all':
      return true;
    case 'onlyFirst':
      return first === truth;
    case 'onlySecond':
      return second === truth;
    case 'neither':
      return first !== truth && second !== truth;
  }
}
