import { accuracyOfCounts, type ClassScores, scoresByClass } from './classification-scores.ts';

const HEADERS = ['precision', 'recall', 'f1-score', 'support'];

/**
 * scikit-learn's `classification_report(target_names=names, digits=digits)`, byte for byte: column widths,
 * blank lines, and Python's rounding of exact halves to even.
 *
 * @param counts K×K confusion counts, rows are true classes
 * @param names class names in the order of the counts
 */
export function classificationReport(
  counts: ArrayLike<number>,
  names: readonly string[],
  digits = 2,
): string {
  const classes = names.length;
  const scores = scoresByClass(counts, classes);
  const total = scores.reduce((sum, score) => sum + score.support, 0);
  const width = Math.max(...names.map(codePoints), codePoints('weighted avg'), digits);
  const heading = (text: string): string => `${padded(text, width)} `;
  const cells = (values: readonly number[]): string =>
    values.map((value) => ` ${padded(fixedHalfEven(value, digits), 9)}`).join('');
  const row = (name: string, values: readonly number[], support: number): string =>
    `${heading(name)}${cells(values)} ${padded(String(support), 9)}\n`;
  const average = (weightOf: (score: ClassScores) => number): number[] =>
    (['precision', 'recall', 'f1'] as const).map((key) =>
      weightedMean(scores, (score) => score[key], weightOf),
    );
  return [
    `${heading('')}${HEADERS.map((header) => ` ${padded(header, 9)}`).join('')}\n\n`,
    ...scores.map((score, k) => row(names[k]!, [score.precision, score.recall, score.f1], score.support)),
    '\n',
    `${heading('accuracy')} ${padded('', 9)} ${padded('', 9)}${cells([accuracyOfCounts(counts, classes)])} ${padded(String(total), 9)}\n`,
    row(
      'macro avg',
      average(() => 1),
      total,
    ),
    row(
      'weighted avg',
      average((score) => score.support),
      total,
    ),
  ].join('');
}

function weightedMean(
  scores: readonly ClassScores[],
  figureOf: (score: ClassScores) => number,
  weightOf: (score: ClassScores) => number,
): number {
  let total = 0;
  let weights = 0;
  for (const score of scores) {
    total += figureOf(score) * weightOf(score);
    weights += weightOf(score);
  }
  return total / weights;
}

/** `toFixed` with exact halves to even, as Python's `format` rounds: 0.125 is 0.12, where toFixed says 0.13. */
export function fixedHalfEven(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(Math.min(100, digits + 60));
  const cut = exact.length - 60;
  const isTie = exact[cut] === '5' && /^50*$/.test(exact.slice(cut));
  if (!isTie) return rounded;
  const down = exact.slice(0, cut).replace(/\.$/, '');
  return Number(down.at(-1)) % 2 === 0 ? down : rounded;
}

/** Python pads by code points, not by UTF-16 units. */
function padded(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - codePoints(text))) + text;
}

function codePoints(text: string): number {
  return [...text].length;
}
