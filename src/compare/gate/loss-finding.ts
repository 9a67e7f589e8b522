import type { MetricId } from '../../core/metrics.ts';
import { changeSize } from '../change-text.ts';
import { type Difference, lossOf, type MeasuredChange } from '../difference.ts';
import { type Finding, fail, pass, undecided } from './finding.ts';
import { type Limit, limitOn } from './limits.ts';

/** A change seen from the side that loses: positive is worse, whatever the metric's direction. */
interface Loss {
  readonly value: number;
  /** Bounds at 95 %; absent where the figure has no interval. */
  readonly low?: number;
  readonly high?: number;
  readonly limit: number;
  readonly limitText: string;
  /** A loss of this size as people read it. */
  readonly text: (value: number) => string;
}

/**
 * `maxRegression`: fails when a loss is shown (beyond chance, over the whole family) and is larger than the limit;
 * passes when so large a loss is ruled out, or would have shown with a chance of 80 %. Otherwise the runs were too
 * short or too noisy to guard this limit, which is no pass.
 */
export function regressionFinding(difference: Difference, limit: Limit): Finding {
  const loss = lossIn(difference, limit);
  if ('outcome' in loss) return loss;
  const isShown = difference.verdict === 'regressed';
  if (isShown && loss.value > loss.limit) return fail(`${sizeOf(loss)}; the limit is ${loss.limitText}`);
  const excluded = ruledOut(loss);
  if (excluded !== undefined) return excluded;
  if (loss.value > loss.limit) {
    return open(difference, `${sizeOf(loss)}, which may be chance; the limit is ${loss.limitText}`);
  }
  const { detectable } = difference;
  if (detectable !== undefined && detectable <= loss.limit) {
    return pass(`${sizeOf(loss)}; a loss of ${loss.limitText} would have shown`);
  }
  const least = detectable === undefined ? 'no loss' : `no loss below ${loss.text(detectable)}`;
  return open(difference, `${sizeOf(loss)}; ${least} would have shown, and the limit is ${loss.limitText}`);
}

/** `nonInferiorWithin`: passes only when the whole interval is within the limit, fails when none of it is. */
export function nonInferiorityFinding(difference: Difference, limit: Limit): Finding {
  const loss = lossIn(difference, limit);
  if ('outcome' in loss) return loss;
  const excluded = ruledOut(loss);
  if (excluded !== undefined) return excluded;
  const least = loss.low ?? loss.value;
  if (difference.verdict === 'regressed' && least > loss.limit) {
    return fail(`${sizeOf(loss)}, all of it beyond the limit of ${loss.limitText}`);
  }
  return open(difference, `${sizeOf(loss)}: a loss of ${loss.limitText} is not ruled out`);
}

function lossIn(difference: Difference, limit: Limit): Loss | Finding {
  const { change, direction, subject, verdict, reason } = difference;
  if (verdict === 'noVerdict' || change === undefined) return open(difference, reason);
  const amount = limitOn(limit, change);
  if (amount === undefined) {
    return undecided(`a share of ${change.base} is nothing to hold a loss against: write an amount instead`);
  }
  return {
    value: lossOf(direction, change.value),
    ...boundsOf(change, direction),
    limit: amount,
    limitText: limit.text,
    text: (value) => changeSize(subject.metricId satisfies MetricId, change.scale, value),
  };
}

function boundsOf(
  { low, high }: MeasuredChange,
  direction: Difference['direction'],
): Pick<Loss, 'low' | 'high'> {
  if (low === undefined || high === undefined) return {};
  const [a, b] = [lossOf(direction, low), lossOf(direction, high)];
  return { low: Math.min(a, b), high: Math.max(a, b) };
}

/** A figure without interval has no chance in it: it is what it is. */
function ruledOut(loss: Loss): Finding | undefined {
  const most = loss.high ?? loss.value;
  if (most > loss.limit) return undefined;
  return pass(`${sizeOf(loss)}; the limit is ${loss.limitText}`);
}

function sizeOf({ value, low, high, text }: Loss): string {
  const way = (amount: number): string => (amount > 0 ? 'worse' : 'better');
  const size = value === 0 ? 'unchanged' : `${text(value)} ${way(value)}`;
  if (low === undefined || high === undefined || low === high) return size;
  const isOneWay = value !== 0 && way(low) === way(high);
  const bounds = isOneWay
    ? [low, high]
        .map(Math.abs)
        .sort((a, b) => a - b)
        .map(text)
    : [low, high].map((bound) => `${text(bound)} ${way(bound)}`);
  return `${size} (95 %: ${bounds.join(' to ')})`;
}

function open({ need }: Difference, reason: string): Finding {
  if (need === undefined) return undecided(reason);
  const where = need.of === 'trials' ? ' on each side' : '';
  return undecided(`${reason}; about ${need.count} ${need.of}${where} would decide`);
}
