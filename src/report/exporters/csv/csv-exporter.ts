import { AXIS_NAMES } from '../../../compare/cell-selector.ts';
import type { UnmatchedCell } from '../../../compare/comparison.ts';
import type { CellAxes, Difference } from '../../../compare/difference.ts';
import { METRICS } from '../../../core/metrics.ts';
import { runFigures } from '../../summaries/run-figures.ts';
import { worstFirst } from '../../summaries/worst-first.ts';
import type { Exporter } from '../exporter.ts';
import { type CsvValue, csvText } from './csv-text.ts';

const RUN_COLUMNS = [
  ...['run', 'kind', 'cell', ...AXIS_NAMES, 'metric', 'unit', 'direction'],
  ...['value', 'low', 'high', 'n', 'validity', 'reasons'],
];

/** Columns of a measured change; `low` and `high` bound the change at 95 %. */
const CHANGE_COLUMNS = [
  ...['base', 'candidate', 'scale', 'change', 'low', 'high', 'p', 'pAdjusted', 'detectable', 'leastEffect'],
  ...['nBase', 'nCandidate', 'of', 'method'],
];

const COMPARISON_COLUMNS = [
  ...['base_run', 'candidate_run', 'verdict', 'kind', 'cell', ...AXIS_NAMES, 'metric', 'unit', 'direction'],
  ...CHANGE_COLUMNS,
  ...['reason', 'doubts'],
];

const GATE_COLUMNS = [
  ...['gate', 'outcome', 'where', 'rule', 'cell', ...AXIS_NAMES, 'metric', 'unit', 'direction'],
  ...CHANGE_COLUMNS,
  'reason',
];

/**
 * Tidy tables under a head of column names; columns may be added, never renamed. A run has a line per cell and
 * metric. A comparison has a line per figure, worst first, then one per cell that one side lacks, with the verdict
 * `onlyBase` or `onlyCandidate`. A gate has a line per check.
 */
export const csvExporter: Exporter = {
  description: 'one line per cell and metric',
  extension: 'csv',
  run: (record) =>
    csvText(
      RUN_COLUMNS,
      runFigures(record).map(
        ({ kind, cell, axes, metric, metricId, value, low, high, n, validity, reasons }) => [
          ...[record.runId, kind, cell, ...axisFields(axes), ...metricFields(metric, metricId)],
          ...[value, low, high, n, validity, reasons.join('; ')],
        ],
      ),
    ),
  comparison: ({ base, candidate, differences, unmatched }) => {
    const runs = [base.runId, candidate.runId];
    return csvText(COMPARISON_COLUMNS, [
      ...worstFirst(differences).map((difference) => [...runs, ...differenceFields(difference)]),
      ...unmatched.map((cell) => [...runs, ...unmatchedFields(cell)]),
    ]);
  },
  gate: ({ outcome, checks }) =>
    csvText(
      GATE_COLUMNS,
      checks.map(({ where, rule, metric, scoreKey, cell, axes, outcome: answer, reason, difference }) => [
        ...[outcome, answer, where, rule, cell, ...axisFields(axes ?? {})],
        ...(metric === undefined ? ['', '', ''] : metricFields(scoreKey ?? metric, metric)),
        ...changeFields(difference),
        reason,
      ]),
    ),
};

function axisFields(axes: CellAxes): CsvValue[] {
  return AXIS_NAMES.map((axis) => axes[axis]);
}

function metricFields(metric: string, id: keyof typeof METRICS): CsvValue[] {
  return [metric, METRICS[id].unit, METRICS[id].direction];
}

function differenceFields(difference: Difference): CsvValue[] {
  const { subject, verdict, reason, doubts } = difference;
  return [
    ...[verdict, subject.kind, subject.cell, ...axisFields(subject.axes)],
    ...metricFields(subject.metric, subject.metricId),
    ...changeFields(difference),
    ...[reason, doubts.join('; ')],
  ];
}

function unmatchedFields({ kind, cell, axes, side }: UnmatchedCell): CsvValue[] {
  const verdict = side === 'base' ? 'onlyBase' : 'onlyCandidate';
  const rest = COMPARISON_COLUMNS.length - 2 - 3 - AXIS_NAMES.length;
  return [verdict, kind, cell, ...axisFields(axes), ...new Array<undefined>(rest)];
}

function changeFields(difference: Difference | undefined): CsvValue[] {
  const change = difference?.change;
  if (difference === undefined || change === undefined) return new Array<undefined>(CHANGE_COLUMNS.length);
  const { base, candidate, scale, value, low, high, p, n, method } = change;
  return [
    ...[base, candidate, scale, value, low, high, p],
    ...[difference.pAdjusted, difference.detectable, difference.leastEffect],
    ...[n.base, n.candidate, n.of, method],
  ];
}
