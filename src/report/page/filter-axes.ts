import type { PackedTags } from './tags.ts';

/** An axis that the page can be filtered by. */
export interface FilterAxis {
  readonly axis: string;
  readonly label: string;
  readonly values: readonly string[];
}

const LABELS: Readonly<Record<string, string>> = {
  run: 'Run',
  config: 'Config',
  metric: 'Metric',
  verdict: 'Verdict',
  dimensions: 'Dimensions',
  instruction: 'Instruction',
  dtype: 'dtype',
  batchSize: 'Batch size',
  concurrency: 'Concurrency',
  rate: 'Rate, requests/s',
  encoding: 'Encoding',
  transport: 'Transport',
  cache: 'Cache',
  arrivals: 'Arrivals',
  serverArgs: 'Server args',
};

/** The axes that have more than one value anywhere on the page; numbers in their order. */
export function filterAxes({ axes }: PackedTags): FilterAxis[] {
  return axes
    .filter(({ values }) => values.length > 1)
    .map(({ axis, values }) => ({ axis, label: LABELS[axis] ?? axis, values: ordered(values) }));
}

function ordered(values: readonly string[]): string[] {
  return values.every((value) => value !== '' && Number.isFinite(Number(value)))
    ? values.toSorted((a, b) => Number(a) - Number(b))
    : [...values];
}
