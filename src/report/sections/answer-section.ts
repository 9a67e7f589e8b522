import type { Choice } from '../../compare/recommend/choice.ts';
import { latencyName, operatingPointName } from '../../compare/recommend/operating-point.ts';
import type { Recommendation } from '../../compare/recommend.ts';
import { formatInterval, formatPercent, metricNumber, metricUnit } from '../../core/figure-text.ts';
import { METRICS } from '../../core/metrics.ts';
import type { AnswerTile } from '../page/answer-tile.ts';
import { badge } from '../page/badge.ts';
import { sampleSize } from '../page/table-model.ts';
import type { RunView } from './run-view.ts';

export interface KeyFigure {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  readonly detail?: string;
}

export interface ShownChoice {
  /** Dimensions, dtype, instruction, operating point: the settings to copy. */
  readonly settings: readonly { readonly term: string; readonly value: string }[];
  readonly figures: readonly KeyFigure[];
  readonly reasons: readonly string[];
  readonly doubts: readonly string[];
  readonly name: string;
}

export interface RecommendationCard {
  readonly title: string;
  readonly rule: string;
  readonly winner?: ShownChoice;
  readonly runnerUp?: ShownChoice;
  readonly whyNone?: string;
}

export interface AnswerSection {
  readonly tiles: readonly AnswerTile[];
  readonly cards: readonly RecommendationCard[];
}

/** The first screen: three short answers, and the configuration to run by each preference. */
export function answerSection(view: RunView): AnswerSection {
  return {
    tiles: [dimensionTile(view), instructionTile(view), operatingPointTile(view)],
    cards: view.answer.recommendations.map((recommendation) => cardOf(view, recommendation)),
  };
}

const NOT_MEASURED = { value: '–', doubts: [] } as const;

function dimensionTile({ answer }: RunView): AnswerTile {
  const question = `Smallest dimension within ${formatPercent(answer.margin)} of the best`;
  const found = answer.smallestDimension;
  if (found === undefined)
    return { ...NOT_MEASURED, question, sentence: 'No quality was scored in this run.' };
  return {
    question,
    value: String(found.smallest.row.dimensions),
    unit: 'dimensions',
    badge: found.verdict === 'holds' ? badge('good', 'holds') : badge('open', 'inconclusive'),
    sentence: found.sentence,
    doubts: found.doubts,
  };
}

const INSTRUCTION_BADGES = {
  holds: badge('good', 'holds'),
  inconclusive: badge('open', 'inconclusive'),
  only: badge('note', 'only one measured'),
} as const;

function instructionTile({ answer }: RunView): AnswerTile {
  const question = 'Best instruction';
  const found = answer.bestInstruction;
  if (found === undefined)
    return { ...NOT_MEASURED, question, sentence: 'No quality was scored in this run.' };
  return {
    question,
    value: found.instruction,
    badge: INSTRUCTION_BADGES[found.verdict],
    sentence: found.sentence,
    doubts: found.doubts,
  };
}

function operatingPointTile({ answer }: RunView): AnswerTile {
  const found = answer.operatingPoint;
  const second = found?.row.rate === undefined ? 'concurrency' : 'rate';
  const question = `Best batch size × ${second}`;
  if (found === undefined) {
    return { ...NOT_MEASURED, question, sentence: 'No load cell was measured that may decide.' };
  }
  return {
    question,
    value: operatingPointName(found.row),
    badge:
      found.meetsObjective === false ? badge('bad', 'objective missed') : INSTRUCTION_BADGES[found.verdict],
    sentence: found.sentence,
    doubts: found.doubts,
  };
}

function cardOf(view: RunView, recommendation: Recommendation): RecommendationCard {
  const { title, rule, winner, runnerUp, whyNone } = recommendation;
  return {
    title,
    rule,
    ...(winner === undefined ? {} : { winner: shownChoice(view, winner) }),
    ...(runnerUp === undefined ? {} : { runnerUp: shownChoice(view, runnerUp) }),
    ...(whyNone === undefined ? {} : { whyNone }),
  };
}

function shownChoice(view: RunView, choice: Choice): ShownChoice {
  const { candidate, reasons, doubts, name } = choice;
  const { load } = candidate;
  const point =
    load === undefined
      ? []
      : [
          {
            term: `batch × ${load.rate === undefined ? 'concurrency' : 'rate'}`,
            value: operatingPointName(load),
          },
          {
            term: 'encoding',
            value: load.transport === 'wire' ? load.encoding : `${load.encoding}, ${load.transport}`,
          },
        ];
  return {
    name,
    reasons,
    doubts,
    settings: [
      { term: 'dimensions', value: String(candidate.dimensions) },
      { term: 'dtype', value: candidate.dtype },
      { term: 'instruction', value: candidate.instruction },
      ...point,
      ...(candidate.serverArgs === undefined ? [] : [{ term: 'server args', value: candidate.serverArgs }]),
    ],
    figures: keyFigures(view, choice),
  };
}

function keyFigures({ answer }: RunView, { candidate }: Choice): KeyFigure[] {
  const { metric, statistic } = answer;
  const { score, latencyMs, textsPerSecond, load } = candidate;
  const figures: KeyFigure[] = [];
  if (metric !== undefined && score !== undefined) {
    const bounds =
      score.low === undefined || score.high === undefined
        ? ''
        : `${formatInterval(score.low, score.high, METRICS[metric].digits)}, `;
    figures.push({
      label: METRICS[metric].label,
      value: metricNumber(metric, score.value),
      unit: '',
      detail: `${bounds}${sampleSize(score.n)}`,
    });
  }
  if (latencyMs !== undefined && load !== undefined) {
    figures.push({
      label: `${latencyName(statistic)} latency`,
      value: metricNumber(statistic, latencyMs),
      unit: metricUnit(METRICS[statistic]),
      detail: sampleSize(load.latencyMs.response.n),
    });
  }
  if (textsPerSecond !== undefined) {
    figures.push({
      label: 'Throughput',
      value: metricNumber('textsPerSecond', textsPerSecond),
      unit: 'texts/s',
    });
  }
  figures.push({
    label: 'Stored vector',
    value: metricNumber('vectorBytes', candidate.bytesPerVector),
    unit: 'B',
  });
  return figures;
}
