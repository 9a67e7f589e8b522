import type { LoadedConfig } from '../config/read-config.ts';
import { cellId, describeCell } from '../core/cell.ts';
import { formatNumber } from '../core/figure-text.ts';
import { visibleText } from '../core/visible-text.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { type Estimate, estimatePlan } from '../plan/estimate.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { readData } from '../run/prepare-data.ts';

/** What a one-text request is taken to need where nothing was measured yet. */
const ASSUMED_SERVICE_MS = { embedded: 6, remote: 15 } as const;

/** A run before anything of it is sent. */
interface DryRun {
  readonly loaded: LoadedConfig;
  readonly dataset: Dataset;
  readonly plan: Plan;
  readonly estimate: Estimate;
}

/**
 * Reads the data and plans the run.
 *
 * @throws UsageError for data that cannot be read or scored
 */
export async function dryRun(loaded: LoadedConfig, signal: AbortSignal): Promise<DryRun> {
  const { config } = loaded;
  const dataset = await readData(loaded, signal);
  const plan = createPlan(config);
  const assumedMs = ASSUMED_SERVICE_MS[config.server.baseUrl === 'embedded' ? 'embedded' : 'remote'];
  return { loaded, dataset, plan, estimate: estimatePlan(config, plan, dataset.ids.length, assumedMs) };
}

/** The cells, requests and time of a run for people. */
export function dryRunText({ loaded, dataset, plan, estimate }: DryRun): string {
  const { config } = loaded;
  const { count } = dataset.badRows;
  const bad = count === 0 ? '' : `, ${count} bad ${count === 1 ? 'row' : 'rows'} left out`;
  const lines = [
    `${config.name}: ${dataset.ids.length} rows of ${visibleText(dataset.name)}${bad}; model ${visibleText(config.server.model)}`,
    '',
    ...qualityLines(plan, estimate),
    ...loadLines(loaded, plan, estimate),
    `About ${duration(estimate.qualitySeconds + estimate.loadSeconds)} on the server, if a one-text request takes ${estimate.assumedServiceMs} ms; scoring and start-up come on top.`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs. */
export function dryRunJson({ loaded, dataset, plan, estimate }: DryRun): string {
  const cells = {
    dataset: { name: dataset.name, rows: dataset.ids.length, badRows: dataset.badRows.count },
    quality: plan.quality,
    load: plan.load.map((cell) => ({ id: cellId(cell), ...cell })),
    trials: plan.trials.length,
    estimate,
  };
  return `${JSON.stringify({ name: loaded.config.name, ...cells }, undefined, 2)}\n`;
}

function qualityLines(plan: Plan, estimate: Estimate): string[] {
  if (plan.quality.length === 0) return ['Quality pass: none', ''];
  return [
    `Quality pass: ${formatNumber(estimate.qualityTexts)} texts in ${formatNumber(estimate.qualityRequests)} requests, once for each instruction at native width; ${plan.quality.length} cells cut from them:`,
    ...plan.quality.map((cell) => `  ${describeCell(cell)}`),
    '',
  ];
}

function loadLines({ config }: LoadedConfig, plan: Plan, estimate: Estimate): string[] {
  if (config.load === false || plan.load.length === 0) return ['Load pass: none', ''];
  const { trials, seconds, warmupSeconds } = config.load;
  return [
    `Load pass: ${plan.load.length} cells × ${trials} trials of ${seconds} s behind a warm-up of ${warmupSeconds} s, interleaved; about ${formatNumber(estimate.loadRequests)} requests, ${formatNumber(estimate.loadTexts)} texts:`,
    ...plan.load.map((cell) => `  ${describeCell(cell)}`),
    '',
  ];
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
