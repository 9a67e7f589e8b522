import type { LoadedConfig } from '../config/read-config.ts';
import { describeCell } from '../core/cell.ts';
import { formatNumber } from '../core/figure-text.ts';
import { visibleText } from '../core/visible-text.ts';
import { type Estimate, estimatePlan } from '../plan/estimate.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { readData } from '../run/prepare-data.ts';

/** What a one-text request is taken to need where nothing was measured yet. */
const ASSUMED_SERVICE_MS = { embedded: 6, remote: 15 } as const;

/**
 * The cells, requests and time of a run, before anything is sent.
 *
 * @throws UsageError for data that cannot be read or scored
 */
export async function dryRunText(loaded: LoadedConfig, signal: AbortSignal): Promise<string> {
  const { config } = loaded;
  const dataset = await readData(loaded, signal);
  const plan = createPlan(config);
  const assumedMs = ASSUMED_SERVICE_MS[config.server.baseUrl === 'embedded' ? 'embedded' : 'remote'];
  const estimate = estimatePlan(config, plan, dataset.ids.length, assumedMs);
  const lines = [
    `${config.name}: ${dataset.ids.length} rows of ${visibleText(dataset.name)}; model ${visibleText(config.server.model)}`,
    '',
    ...qualityLines(plan, estimate),
    ...loadLines(loaded, plan, estimate),
    `About ${duration(estimate.qualitySeconds + estimate.loadSeconds)} on the server, if a one-text request takes ${assumedMs} ms; scoring and start-up come on top.`,
  ];
  return `${lines.join('\n')}\n`;
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
