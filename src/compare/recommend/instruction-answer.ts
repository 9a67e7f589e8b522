import { metricDifference, metricName, metricNumber } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { PairedVerdict, QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { differenceText } from './dimension-answer.ts';

/** Which instruction to run, by its score at full width, and whether that is more than chance. */
export interface InstructionAnswer {
  readonly row: QualityRow;
  /** The one that scores highest; the reference as long as no other is shown to be better than it. */
  readonly instruction: string;
  /** Names in order of their value, best first. */
  readonly ranking: readonly string[];
  /** `holds`: better than every other one beyond chance; `only`: one instruction was measured. */
  readonly verdict: 'holds' | 'inconclusive' | 'only';
  readonly sentence: string;
  readonly doubts: readonly string[];
}

/**
 * Instructions are compared at the widest vectors that all of them have, on the same dtype. An instruction that
 * was scored on a sample of the rows is ranked by its paired difference to the reference, never by its value. An
 * instruction costs tokens in every request: the reference stays until another one is shown to be better.
 */
export function instructionAnswer(record: RunRecord, metric: MetricId): InstructionAnswer | undefined {
  const rows = comparableRows(record, metric);
  if (rows.length === 0) return undefined;
  const sign = METRICS[metric].direction === 'lower' ? -1 : 1;
  const verdictOf = (row: QualityRow) =>
    record.verdicts.find(
      (v) => v.question === 'instruction' && v.metric === metric && v.candidate === row.id,
    );
  const reference = rows.find((row) => verdictOf(row) === undefined) ?? rows[0]!;
  const referenceValue = reference.scores[metric]!.value;
  const gain = (row: QualityRow): number =>
    sign * (verdictOf(row)?.difference.value ?? row.scores[metric]!.value - referenceValue);
  const ranked = rows.toSorted((a, b) => gain(b) - gain(a));
  const best = ranked[0]!;
  const rivals = ranked.slice(1);
  const beaten = rivals.filter((rival) => isBeaten(rival, best, reference, metric, verdictOf));
  const verdict = rivals.length === 0 ? 'only' : beaten.length === rivals.length ? 'holds' : 'inconclusive';
  const second = rivals[0];
  const chosen = beaten.includes(reference) ? best : reference;
  return {
    row: chosen,
    instruction: chosen.instruction,
    ranking: ranked.map((row) => row.instruction),
    verdict,
    sentence: sentenceOf({
      chosen,
      best,
      second,
      reference,
      metric,
      verdict,
      tested: verdictOf(best) ?? (second && verdictOf(second)),
    }),
    doubts: sampleDoubts(ranked),
  };
}

/** One row per instruction at the widest common width; float32 where it is there, else the first dtype. */
function comparableRows(record: RunRecord, metric: MetricId): QualityRow[] {
  const scored = record.quality.filter((row) => row.scores[metric] !== undefined);
  const dtype = scored.some((row) => row.dtype === 'float32') ? 'float32' : scored[0]?.dtype;
  const serverArgs = scored[0]?.serverArgs;
  const rows = scored.filter((row) => row.dtype === dtype && row.serverArgs === serverArgs);
  const names = [...new Set(rows.map((row) => row.instruction))];
  const widths = [...new Set(rows.map((row) => row.dimensions))].toSorted((a, b) => b - a);
  const common = widths.find((width) =>
    names.every((name) => rows.some((row) => row.instruction === name && row.dimensions === width)),
  );
  return rows.filter((row) => row.dimensions === (common ?? widths[0]));
}

/**
 * A rival is beaten when a paired test separates it from the best one, or when neither was tested and their
 * intervals do not touch.
 */
function isBeaten(
  rival: QualityRow,
  best: QualityRow,
  reference: QualityRow,
  metric: MetricId,
  verdictOf: (row: QualityRow) => PairedVerdict | undefined,
): boolean {
  const sign = METRICS[metric].direction === 'lower' ? -1 : 1;
  if (rival === reference || best === reference) {
    const tested = verdictOf(rival === reference ? best : rival);
    if (tested !== undefined) {
      const { low, high } = tested.difference;
      if (low === undefined || high === undefined) return (tested.pAdjusted ?? tested.p ?? 1) < 0.05;
      const away = (best === reference) === sign > 0 ? high < 0 : low > 0;
      return away && (tested.pAdjusted ?? 0) < 0.05;
    }
  }
  const a = best.scores[metric]!;
  const b = rival.scores[metric]!;
  if (a.low === undefined || a.high === undefined || b.low === undefined || b.high === undefined)
    return false;
  return sign > 0 ? a.low > b.high : a.high < b.low;
}

interface Ranked {
  readonly chosen: QualityRow;
  readonly best: QualityRow;
  readonly second: QualityRow | undefined;
  readonly reference: QualityRow;
  readonly metric: MetricId;
  readonly verdict: InstructionAnswer['verdict'];
  /** The paired test of the best one against the reference, or of the second against a best reference. */
  readonly tested: PairedVerdict | undefined;
}

function sentenceOf({ chosen, best, second, reference, metric, verdict, tested }: Ranked): string {
  const name = metricName(metric);
  const value = metricNumber(metric, best.scores[metric]!.value);
  if (second === undefined) return `Only one instruction was measured (${name} ${value}).`;
  const difference = best.scores[metric]!.value - second.scores[metric]!.value;
  const candidate = tested?.candidate === best.id ? best : second;
  const evidence =
    tested === undefined
      ? `${metricDifference(metric, difference)} against “${second.instruction}”`
      : `“${candidate.instruction}” against “${reference.instruction}”, paired: ${differenceText(tested, metric)}`;
  const detail = `${evidence.charAt(0).toUpperCase()}${evidence.slice(1)}.`;
  if (chosen !== best) {
    return `No other instruction is shown to be better than “${chosen.instruction}”. “${best.instruction}” comes closest at ${best.dimensions} dimensions, ${name} ${value}. ${detail}`;
  }
  const standing =
    verdict === 'holds'
      ? 'better than every other instruction'
      : `not separable from “${second.instruction}”`;
  return `Highest ${name} at ${best.dimensions} dimensions, ${value}, ${standing}. ${detail}`;
}

function sampleDoubts(rows: readonly QualityRow[]): string[] {
  const most = Math.max(...rows.map((row) => row.rows));
  return rows
    .filter((row) => row.rows < most)
    .map((row) => `“${row.instruction}” was scored on ${row.rows} of ${most} rows.`);
}
