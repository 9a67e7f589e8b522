import type { GateConfig, GateRule } from '../../config/gate-config.ts';
import { UsageError } from '../../core/errors.ts';
import { metricName, metricText, plainTypography } from '../../core/figure-text.ts';
import { METRICS, type MetricDefinition, type MetricId } from '../../core/metrics.ts';
import { requireAxes } from '../cell-selector.ts';
import { type FigureSelector, requireComparedMetric, requireMetric } from '../figure-selection.ts';
import { boundValue, type Limit, regressionLimit } from './limits.ts';

/** What a rule asks of a figure. */
export type GateTest =
  | { readonly kind: 'maxRegression' | 'nonInferiorWithin'; readonly limit: Limit }
  | { readonly kind: 'exact' }
  | { readonly kind: 'bounds'; readonly min?: number; readonly max?: number };

/** A rule that has been checked against what its metric is. */
export interface ResolvedRule {
  /** Path in the config: `gate.rules[0]`. */
  readonly where: string;
  readonly id: MetricId;
  readonly selector: FigureSelector;
  readonly test: GateTest;
  /** The rule in words. */
  readonly text: string;
}

/**
 * The rules of a gate, each checked against what its metric is.
 *
 * @throws UsageError when there is no rule, a metric or axis is unknown, or a threshold is not of the metric's unit
 */
export function resolveRules({ rules }: Pick<GateConfig, 'rules'>): ResolvedRule[] {
  if (rules.length === 0) {
    throw new UsageError('the gate has no rules: it could never fail', {
      where: 'gate.rules',
      hint: 'Add a rule, such as { metric: accuracy, maxRegression: "2 points" }.',
    });
  }
  return rules.map((rule, i) => {
    const where = `gate.rules[${i}]`;
    const id = requireMetric(rule.metric, where);
    requireAxes(rule.cells, where);
    const test = testOf(rule, id, where);
    return {
      where,
      id,
      selector: { metric: rule.metric, cells: rule.cells },
      test,
      text: `${ruleText(rule, id, test)}${cellsText(rule.cells)}`,
    };
  });
}

function testOf(rule: GateRule, id: MetricId, where: string): GateTest {
  if (rule.maxRegression !== undefined) {
    return { kind: 'maxRegression', limit: lossLimit(rule, rule.maxRegression, id, where) };
  }
  if (rule.nonInferiorWithin !== undefined) {
    return { kind: 'nonInferiorWithin', limit: lossLimit(rule, rule.nonInferiorWithin, id, where) };
  }
  if (rule.exact === true) {
    requireExact(id, where);
    return { kind: 'exact' };
  }
  const min = rule.min === undefined ? undefined : boundValue(rule.min, id, where);
  const max = rule.max === undefined ? undefined : boundValue(rule.max, id, where);
  if (min !== undefined && max !== undefined && min > max) {
    throw new UsageError(`min ${rule.min} lies above max ${rule.max}: no figure meets both`, {
      where,
      hint: 'Exchange them.',
    });
  }
  return { kind: 'bounds', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function lossLimit(rule: GateRule, written: number | string, id: MetricId, where: string): Limit {
  const { label, direction }: MetricDefinition = METRICS[id];
  requireComparedMetric(rule.metric, where);
  if (direction === 'none') {
    throw new UsageError(`${label} (${id}) cannot get worse: neither way is better`, {
      where,
      hint: 'Bound it with min and max.',
    });
  }
  return regressionLimit(written, id, where);
}

/** Times, rates and resident sets differ from run to run even where nothing has changed. */
function requireExact(id: MetricId, where: string): void {
  const { kind, label } = METRICS[id];
  if (kind === 'quality' || id === 'vectorBytes' || id === 'errorShare') return;
  throw new UsageError(`${label} (${id}) varies by itself, so that exact would fail at random`, {
    where,
    hint: 'Use maxRegression or nonInferiorWithin.',
  });
}

function ruleText(rule: GateRule, id: MetricId, test: GateTest): string {
  const column = /\[.*$/.exec(rule.metric)?.[0] ?? '';
  const name = `${metricName(id)}${column}`;
  const worse = METRICS[id].direction === 'higher' ? 'fall' : 'rise';
  switch (test.kind) {
    case 'maxRegression':
      return `${name} may not ${worse} by more than ${test.limit.text}`;
    case 'nonInferiorWithin':
      return `${name} must be shown not to ${worse} by more than ${test.limit.text}`;
    case 'exact':
      return `${name} may not change`;
    case 'bounds': {
      const bounds = [
        ...(test.min === undefined ? [] : [`at least ${metricText(id, test.min)}`]),
        ...(test.max === undefined ? [] : [`at most ${metricText(id, test.max)}`]),
      ];
      return plainTypography(`${name} must be ${bounds.join(' and ')}`);
    }
  }
}

function cellsText(cells: FigureSelector['cells']): string {
  const axes = Object.entries(cells).map(([axis, value]) => `${axis} ${[value].flat().join(' or ')}`);
  return axes.length === 0 ? '' : ` (${axes.join(', ')})`;
}
