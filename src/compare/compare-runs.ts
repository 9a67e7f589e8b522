import { UsageError } from '../core/errors.ts';
import type { NoiseFloor } from '../core/record/noise-floor.ts';
import type { QualityRow } from '../core/record/quality-row.ts';
import type { RunRecord } from '../core/record/run-record.ts';
import { align, loadAxes, qualityAxes } from './align.ts';
import { comparability, hardwareOf, softwareOf, spoiledBy } from './comparability.ts';
import { axisDifferences, type RunAlignment, unmatchedCells, valuesOnOneSide } from './compared-axes.ts';
import type { ComparedRun, Comparison, ComparisonMode } from './comparison.ts';
import type { CellAxes, DifferenceDraft, DifferenceSubject, MeasuredChange } from './difference.ts';
import { effectSizes } from './effect-sizes.ts';
import {
  type Figure,
  type FigureSelector,
  isHeadline,
  requireComparable,
  selects,
} from './figure-selection.ts';
import { judge } from './judge.ts';
import { loadDifferences } from './load-differences.ts';
import { memoryDifferences } from './memory-differences.ts';
import { itemScoresOf } from './paired-scores.ts';
import { qualityDifferences, type ScoredRow } from './quality-differences.ts';
import { classificationColumn, labelsOf } from './true-labels.ts';

export interface CompareOptions {
  /** How the runs came about; default: as their records say. */
  readonly mode?: ComparisonMode;
  /** Give verdicts in spite of other data, another protocol or other hardware. */
  readonly force?: boolean;
  /** What is compared; the headlines of every task and load cell by default. */
  readonly figures?: readonly FigureSelector[];
  /** Chance of any false alarm; 5 % by default. */
  readonly alpha?: number;
  /** Trials that a load cell needs on both sides; 2 by default. */
  readonly minTrials?: number;
  /** Calibration of the hardware that the runs were measured on. */
  readonly noiseFloor?: NoiseFloor;
  /** Name of the baseline that the base was blessed as. */
  readonly baseline?: string;
  /** Change of a figure that would decide something; default: the run's margin, 5 % of load figures. */
  readonly tolerance?: (subject: DifferenceSubject, change: MeasuredChange) => number | undefined;
}

const ALPHA = 0.05;
const LEAST_TRIALS = 2;
const RESAMPLES = 2000;
const SEED = 42;
const MARGIN = 0.03;

/**
 * Compares two runs cell by cell: quality by paired tests on items, load by rank tests on trials (paired where
 * they ran in alternation), memory by rule. All tests share one error rate. Equal arguments give equal answers.
 *
 * @throws UsageError when the runs have no cell in common, or a figure is asked for that cannot be compared
 */
export function compareRuns(base: RunRecord, candidate: RunRecord, options: CompareOptions = {}): Comparison {
  const { mode = modeOf(base, candidate), force = false, alpha = ALPHA, noiseFloor } = options;
  if (options.figures !== undefined) requireComparable(options.figures, 'metrics');
  const alignment = {
    quality: align(base.quality, candidate.quality),
    load: align(base.load, candidate.load),
  };
  requireCommonCells(base, candidate, alignment);
  const notices = [...comparability(base, candidate), ...axisDifferences(alignment)];
  const { figures } = options;
  const isWanted = (figure: Figure): boolean =>
    figures === undefined ? isHeadline(figure) : figures.some((selector) => selects(selector, figure));
  const blocked: DraftInput['blocked'] = (kind, instruction) =>
    force ? undefined : spoiledBy(notices, kind, instruction);
  const input = { base, candidate, alignment, isWanted, blocked };
  const drafts = [
    ...qualityDrafts(input),
    ...loadDrafts(input, mode !== 'runs', options.minTrials ?? LEAST_TRIALS),
    ...memoryDifferences(base, candidate, blocked('load')).filter(({ subject }) => isWanted(subject)),
  ];
  const margin = numberIn(candidate.config['quality'], 'margin') ?? MARGIN;
  const { differences, family } = judge(drafts, {
    alpha,
    ...effectSizes({ mode, margin, noiseFloor, tolerance: options.tolerance }),
  });
  return {
    mode,
    base: comparedRun(base, options.baseline),
    candidate: comparedRun(candidate),
    notices,
    forced: force,
    differences,
    unmatched: unmatchedCells(alignment),
    family,
    alpha,
    ...(noiseFloor === undefined
      ? {}
      : { noiseFloor: { measuredAt: noiseFloor.measuredAt, hardware: noiseFloor.hardware } }),
  };
}

/** Runs that took turns with each other are compared trial by trial, also long afterwards. */
function modeOf({ alternation: a }: RunRecord, { alternation: b }: RunRecord): ComparisonMode {
  return a !== undefined && a.id === b?.id && a.side !== b.side ? a.mode : 'runs';
}

interface DraftInput {
  readonly base: RunRecord;
  readonly candidate: RunRecord;
  readonly alignment: RunAlignment;
  readonly isWanted: (figure: Figure) => boolean;
  /** Why figures of a kind, or of one instruction, cannot be compared. */
  readonly blocked: (kind: 'quality' | 'load', instruction?: string) => string | undefined;
}

function qualityDrafts({ base, candidate, alignment, isWanted, blocked }: DraftInput): DifferenceDraft[] {
  const [scoredBase, scoredCandidate] = [scorer(base, candidate), scorer(candidate, base)];
  const bootstrap = {
    resamples: numberIn(candidate.config['quality'], 'bootstrapResamples') ?? RESAMPLES,
    seed: numberIn(candidate.config, 'seed') ?? SEED,
  };
  return alignment.quality.matched.flatMap((pair) => {
    const axes = qualityAxes(pair.base);
    const firstColumn = pair.base.clustering?.[0]?.column;
    return qualityDifferences(scoredBase(pair.base), scoredCandidate(pair.candidate), {
      wanted: (metric, metricId) =>
        isWanted({ metric, metricId, axes, ...(firstColumn === undefined ? {} : { firstColumn }) }),
      bootstrap,
      ...reason(blocked('quality', pair.base.instruction)),
    });
  });
}

/** A record's rows with their scores item by item. */
function scorer(record: RunRecord, other: RunRecord): (row: QualityRow) => ScoredRow {
  const truth = labelsOf(record, other);
  const column = classificationColumn(record);
  return (row) => ({ row, items: itemScoresOf(row, truth, column) });
}

function loadDrafts(
  { alignment, isWanted, blocked }: DraftInput,
  paired: boolean,
  minTrials: number,
): DifferenceDraft[] {
  return alignment.load.matched.flatMap(({ base, candidate }) => {
    const axes = loadAxes(base);
    return loadDifferences(base, candidate, {
      wanted: (metric) => isWanted({ metric, metricId: metric, axes }),
      paired,
      minTrials,
      ...reason(blocked('load', base.instruction)),
    });
  });
}

function reason(blocked: string | undefined): { blocked?: string } {
  return blocked === undefined ? {} : { blocked };
}

/** Runs that measured nothing alike would make a comparison that says nothing and looks like a good one. */
function requireCommonCells(base: RunRecord, candidate: RunRecord, { quality, load }: RunAlignment): void {
  if (quality.matched.length + load.matched.length > 0) return;
  // A side without any cell is a run that was stopped, and is told as that.
  if (base.quality.length + base.load.length === 0) return;
  if (candidate.quality.length + candidate.load.length === 0) return;
  const axesOf = (record: RunRecord): CellAxes[] => [
    ...record.quality.map(qualityAxes),
    ...record.load.map(loadAxes),
  ];
  const values = valuesOnOneSide(axesOf(base), axesOf(candidate));
  throw new UsageError(`the runs ${base.runId} and ${candidate.runId} have no cell in common`, {
    hint: `${values.length === 0 ? 'One has quality cells and the other load cells' : values.join('; ')}: measure both with the same axes.`,
  });
}

function comparedRun(record: RunRecord, baseline?: string): ComparedRun {
  const { runId, name, startedAt, status, server, environment } = record;
  const software = softwareOf(record);
  return {
    runId,
    name,
    startedAt,
    status,
    model: server.model,
    ...(software === undefined ? {} : { software }),
    fingerprint: server.fingerprint,
    ...(environment.commit === undefined ? {} : { commit: environment.commit }),
    ...(environment.branch === undefined ? {} : { branch: environment.branch }),
    hardware: hardwareOf(environment),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

function numberIn(section: unknown, key: string): number | undefined {
  const value =
    typeof section === 'object' && section !== null ? (section as Record<string, unknown>)[key] : undefined;
  return typeof value === 'number' ? value : undefined;
}
