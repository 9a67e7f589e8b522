import type { Config } from '../config/config.ts';
import type { LoadCell } from '../core/cell.ts';
import type { Plan } from './plan.ts';

/** What a run will send and how long it will take, before anything is sent. */
export interface Estimate {
  readonly qualityTexts: number;
  readonly qualityRequests: number;
  /** Exact for open loops; for closed loops at the assumed service time. */
  readonly loadRequests: number;
  readonly loadTexts: number;
  /** Windows and warm-ups of the load pass. */
  readonly loadSeconds: number;
  readonly qualitySeconds: number;
  /** Service time of a one-text request that closed loops were estimated with. */
  readonly assumedServiceMs: number;
}

/**
 * Estimates a plan over `rows` dataset rows.
 *
 * @param assumedServiceMs time of a one-text request; each further text of a batch is taken to add a tenth
 */
export function estimatePlan(config: Config, plan: Plan, rows: number, assumedServiceMs: number): Estimate {
  const quality = estimateQuality(config, rows, assumedServiceMs);
  let loadRequests = 0;
  let loadTexts = 0;
  let loadSeconds = 0;
  if (config.load !== false) {
    for (const { cell } of plan.trials) {
      const seconds = config.load.seconds + config.load.warmupSeconds;
      const requests = Math.round(seconds * requestRate(cell, assumedServiceMs));
      loadSeconds += seconds;
      loadRequests += requests;
      loadTexts += requests * cell.batchSize;
    }
  }
  return { ...quality, loadRequests, loadTexts, loadSeconds, assumedServiceMs };
}

function requestRate(cell: LoadCell, assumedServiceMs: number): number {
  return cell.rate ?? ((cell.concurrency ?? 1) * 1000) / batchServiceMs(cell.batchSize, assumedServiceMs);
}

function batchServiceMs(batchSize: number, assumedServiceMs: number): number {
  return assumedServiceMs * (1 + (batchSize - 1) / 10);
}

function estimateQuality(
  config: Config,
  rows: number,
  assumedServiceMs: number,
): Pick<Estimate, 'qualityTexts' | 'qualityRequests' | 'qualitySeconds'> {
  if (config.quality === false) return { qualityTexts: 0, qualityRequests: 0, qualitySeconds: 0 };
  const { batchSize, concurrency, instructionSample } = config.quality;
  const servers = config.axes.serverArgs === undefined ? 1 : Object.keys(config.axes.serverArgs).length;
  const others = Object.keys(config.axes.instruction).length - 1;
  const otherRows = Math.min(rows, instructionSample ?? rows);
  const qualityTexts = servers * (rows + others * otherRows);
  const qualityRequests = servers * (Math.ceil(rows / batchSize) + others * Math.ceil(otherRows / batchSize));
  const qualitySeconds = (qualityRequests * batchServiceMs(batchSize, assumedServiceMs)) / 1000 / concurrency;
  return { qualityTexts, qualityRequests, qualitySeconds };
}
