import { createRandom } from '../core/random.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { ClaimRow } from '../core/record/run-record.ts';
import { drawStatistics } from '../stats/bootstrap.ts';
import { mean } from '../stats/moments.ts';
import { ruleOfThree } from '../stats/non-inferiority.ts';
import { percentileInterval } from '../stats/percentile-interval.ts';
import { type Claim, type ClaimTerm, parseClaim } from './claims-grammar.ts';
import { type ClaimRecord, type Measured, measure, qualityRowOf, scoreKey } from './claims-measure.ts';
import { commonIds, itemScoresOf } from './paired-scores.ts';
import { trueLabels } from './true-labels.ts';

export interface ClaimOptions {
  /** Label column of the classification; default: the first of the record's. */
  readonly classificationColumn?: string;
  readonly bootstrapResamples: number;
  readonly seed: number;
}

/**
 * Judges claims against what a run measured. *Reproduced*: the whole 95 % interval meets the bound.
 * *Contradicted*: no part of it does. *Undecidable*: the bound lies inside, the figure was not measured, or its
 * cell is invalid. Claims about two cells of one metric are judged by the interval of their paired difference or
 * ratio on the same items, which is far narrower than two intervals side by side.
 *
 * @throws UsageError when a claim cannot be read
 */
export function judgeClaims(
  claims: readonly string[],
  record: ClaimRecord,
  options: ClaimOptions,
): ClaimRow[] {
  return claims.map((text) => judgeClaim(parseClaim(text), record, options));
}

function judgeClaim(claim: Claim, record: ClaimRecord, options: ClaimOptions): ClaimRow {
  if (claim.left.metric === 'retention') return judgeRetention(claim, record, options);
  const left = measure(claim.left, record);
  if (typeof left === 'string') return undecidable(claim, left);
  if (claim.right === undefined) return worstOf(claim, left, exactly(claim.factor));
  const right =
    claim.right.metric === 'retention'
      ? 'retention can only stand on the left'
      : measure(claim.right, record);
  if (typeof right === 'string') return undecidable(claim, right);
  if (right.length > 1) return undecidable(claim, 'the right side speaks of more than one cell');
  const bound = right[0]!;
  const paired = left.map((one) => pairedBound(claim, one, bound, record, options));
  return worstOf(claim, left, scaled(bound, claim.factor), paired);
}

/** Judges every cell the claim speaks of; it is as good as its worst one. */
function worstOf(
  claim: Claim,
  cells: readonly Measured[],
  bound: Measured,
  paired: readonly (Measured | undefined)[] = [],
): ClaimRow {
  const order: ClaimRow['verdict'][] = ['contradicted', 'undecidable', 'reproduced'];
  const rows = cells.map((cell, i) => {
    const row = judgeFigure(claim, cell, bound, paired[i]);
    return cells.length === 1
      ? row
      : { ...row, reason: `${row.reason} (the worst of ${cells.length} cells)` };
  });
  return rows.reduce((worst, row) =>
    order.indexOf(row.verdict) < order.indexOf(worst.verdict) ? row : worst,
  );
}

/**
 * @param surplus left − factor × right with its paired interval, where the two share items: judged against 0
 */
function judgeFigure(claim: Claim, cell: Measured, bound: Measured, surplus?: Measured): ClaimRow {
  const problem = cell.invalid ?? bound.invalid;
  if (problem !== undefined) return { ...undecidable(claim, problem), ...cellOf(cell) };
  const verdict =
    surplus === undefined
      ? verdictOf(claim, rangeOf(cell), rangeOf(bound))
      : verdictOf(claim, rangeOf(surplus), { low: 0, high: 0 });
  return {
    claim: claim.text,
    verdict: verdict ?? 'undecidable',
    measured: cell.value,
    ...(cell.low === undefined || cell.high === undefined ? {} : { low: cell.low, high: cell.high }),
    bound: bound.value,
    ...cellOf(cell),
    reason: reasonFor(verdict, cell, surplus),
  };
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The figure's interval; an exact figure is a point; a figure without interval says nothing about its doubt. */
function rangeOf({ value, low, high, exact }: Measured): Range | undefined {
  if (exact) return { low: value, high: value };
  return low === undefined || high === undefined ? undefined : { low, high };
}

function verdictOf(
  { operator }: Claim,
  figure: Range | undefined,
  bound: Range | undefined,
): ClaimRow['verdict'] | undefined {
  if (figure === undefined || bound === undefined) return undefined;
  const [better, worse] = operator.startsWith('>') ? [figure, bound] : [bound, figure];
  const strict = !operator.endsWith('=');
  if (strict ? better.low > worse.high : better.low >= worse.high) return 'reproduced';
  if (strict ? better.high <= worse.low : better.high < worse.low) return 'contradicted';
  return 'undecidable';
}

function reasonFor(verdict: ClaimRow['verdict'] | undefined, cell: Measured, surplus?: Measured): string {
  if (verdict === undefined) return 'the figure has no interval, so that its doubt is not known';
  const basis = cell.exact
    ? 'the figure'
    : surplus === undefined
      ? 'the whole 95 % interval'
      : 'the whole 95 % interval of the paired difference';
  if (verdict === 'reproduced') return `${basis} meets the bound`;
  if (verdict === 'contradicted') return `${basis} misses the bound`;
  return surplus === undefined
    ? 'the bound lies inside the 95 % interval'
    : 'the paired difference may lie on either side of the bound at 95 %';
}

function judgeRetention(claim: Claim, record: ClaimRecord, options: ClaimOptions): ClaimRow {
  if (claim.right !== undefined) return undecidable(claim, 'retention is compared with a number');
  const row = qualityRowOf(claim.left, record);
  if (typeof row === 'string') return undecidable(claim, row);
  const { dimensions: _width, dtype: _dtype, ...axes } = claim.left.selector;
  const native = qualityRowOf({ ...claim.left, selector: axes }, record);
  if (typeof native === 'string') return undecidable(claim, native);
  const key = scoreKey(claim.left, row);
  const [kept, whole] = [row.scores[key], native.scores[key]];
  if (kept === undefined || whole === undefined)
    return undecidable(claim, `${key} was not scored at both widths`);
  if (!(whole.value > 0))
    return undecidable(claim, `${key} is ${whole.value} at full width: there is nothing to retain`);
  const ratio = pairedFigure([row, native], key, (a, b) => a / b, record, options);
  const figure: Measured = ratio ?? { value: kept.value / whole.value, exact: false };
  return judgeFigure(claim, { ...figure, cell: row.id }, exactly(claim.factor));
}

/** left − factor × right on the items that both scored; undefined when they cannot be paired. */
function pairedBound(
  claim: Claim,
  left: Measured,
  right: Measured,
  record: ClaimRecord,
  options: ClaimOptions,
): Measured | undefined {
  const term = claim.left as ClaimTerm;
  if (left.row === undefined || right.row === undefined || term.of !== claim.right?.of) return undefined;
  if (left.row.rows !== right.row.rows || term.column !== claim.right.column) return undefined;
  const key = scoreKey(term, left.row);
  return pairedFigure([left.row, right.row], key, (a, b) => a - claim.factor * b, record, options);
}

/** A figure made of one score at two rows, with the interval of its paired bootstrap. */
function pairedFigure(
  [first, second]: readonly [QualityRow, QualityRow],
  key: string,
  combine: (first: number, second: number) => number,
  record: ClaimRecord,
  options: ClaimOptions,
): Measured | undefined {
  const column = options.classificationColumn ?? Object.keys(record.items.labels)[0];
  const truth = trueLabels(record);
  const a = itemScoresOf(first, truth, column).get(key);
  const b = itemScoresOf(second, truth, column).get(key);
  if (a === undefined || b === undefined) return undefined;
  const ids = commonIds(a, b);
  if (ids.length < 2) return undefined;
  const statistics = [a.statisticOn(ids), b.statisticOn(ids)] as const;
  const everyItem = Int32Array.from(ids.keys());
  const value = combine(statistics[0](everyItem), statistics[1](everyItem));
  const [as, bs] = drawStatistics(ids.length, statistics, {
    resamples: options.bootstrapResamples,
    random: createRandom(options.seed, 'claims'),
  }) as [Float64Array, Float64Array];
  const draws = as.map((draw, r) => combine(draw, bs[r]!)).filter(Number.isFinite);
  if (!Number.isFinite(value) || draws.length * 2 < options.bootstrapResamples) return undefined;
  const bias = a.centred === true ? mean(draws) - value : 0;
  const { low, high } = percentileInterval(draws, 0.95);
  // Both ways of combining are linear in the first score: one item moves the figure by slope/n.
  const slope = combine(1, statistics[1](everyItem)) - combine(0, statistics[1](everyItem));
  const least = ruleOfThree(ids.length, slope);
  return {
    value,
    low: Math.min(low - bias, value - least),
    high: Math.max(high - bias, value + least),
    exact: false,
  };
}

function exactly(value: number): Measured {
  return { value, exact: true };
}

function scaled({ value, low, high, ...rest }: Measured, factor: number): Measured {
  const bounds = low === undefined || high === undefined ? {} : { low: low * factor, high: high * factor };
  return { ...rest, value: value * factor, ...bounds };
}

function cellOf({ cell }: Measured): { cell?: string } {
  return cell === undefined ? {} : { cell };
}

function undecidable(claim: Claim, reason: string): ClaimRow {
  return { claim: claim.text, verdict: 'undecidable', reason };
}
