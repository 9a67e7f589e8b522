import { withVisibleText } from '../core/visible-text.ts';
import type { HistoryModel, StepVerdict } from './history/history-model.ts';
import {
  figuresSection,
  historyMethodSection,
  runsSection,
  stepsSection,
} from './history/history-sections.ts';
import { type HistoryView, historyView } from './history/history-view.ts';
import {
  configsOf,
  counted,
  historyHeadline,
  historyTitle,
  momentText,
  rangeText,
} from './history/step-words.ts';
import type { AnswerTile } from './page/answer-tile.ts';
import { badge } from './page/badge.ts';
import type { Section } from './page/blocks.ts';
import { filterAxes } from './page/filter-axes.ts';
import type { Header } from './page/header.ts';
import type { PageAnswer } from './page/page-answer.ts';
import { EMPTY_PAGE_DATA } from './page/page-data.ts';
import { renderPage } from './page/render-page.ts';
import type { ReportAssets } from './page/report-assets.ts';

/**
 * Metrics over runs as a self-contained HTML file: where they stepped, between which commits, and every figure run
 * by run. Equal models and assets give equal bytes.
 */
export function renderHistoryPage(model: HistoryModel, assets: ReportAssets): string {
  const view = historyView(withVisibleText(model));
  const sections = [
    stepsSection(view),
    figuresSection(view),
    runsSection(view),
    historyMethodSection(),
  ].filter((section): section is Section => section !== undefined);
  const tags = view.tags.packed();
  const header = headerOf(view);
  return renderPage(
    {
      body: 'summary-answer',
      title: header.title,
      version: view.model.runs.at(-1)?.environment.dimsweep ?? '',
      header,
      answer: answerOf(view),
      sections: [{ id: 'answer', title: 'Answer', blocks: [] }, ...sections],
      axes: filterAxes(tags),
      data: { ...EMPTY_PAGE_DATA, tags },
    },
    assets,
  );
}

function headerOf({ model }: HistoryView): Header {
  const { runs, unreadable } = model;
  const [first, last] = [runs[0], runs.at(-1)];
  return {
    kind: 'history',
    title: historyTitle(model),
    particulars:
      first === undefined || last === undefined
        ? []
        : [
            { term: 'Runs', value: String(runs.length) },
            { term: 'From', value: `${momentText(first)} UTC` },
            { term: 'To', value: `${momentText(last)} UTC` },
            { term: 'Configs', value: configsOf(runs).join(', ') },
          ],
    doubtsTitle: 'Left out',
    doubts: unreadable.map(({ path, reason }) => `${path}: ${reason}`),
    source: 'the records of the runs',
  };
}

function answerOf({ model }: HistoryView): PageAnswer {
  return {
    title: 'What stepped',
    lead: historyHeadline(model),
    tiles: [stepTile(model, 'regressed'), stepTile(model, 'improved'), latestTile(model)],
    blocks: [],
  };
}

const TILES = {
  regressed: { question: 'Steps for the worse', badge: badge('bad', 'regressed') },
  improved: { question: 'Steps for the better', badge: badge('good', 'improved') },
} as const;

function stepTile({ ranges }: HistoryModel, verdict: Exclude<StepVerdict, 'changed'>): AnswerTile {
  const having = ranges.filter(({ steps }) => steps.some((step) => step.verdict === verdict));
  const count = having.reduce(
    (sum, { steps }) => sum + steps.filter((step) => step.verdict === verdict).length,
    0,
  );
  return {
    question: TILES[verdict].question,
    value: String(count),
    ...(count === 0 ? {} : { badge: TILES[verdict].badge }),
    sentence: count === 0 ? 'None was found.' : `In ${counted(having.length, 'commit range')}.`,
    doubts: [],
  };
}

function latestTile(model: HistoryModel): AnswerTile {
  const [latest] = model.ranges;
  const question = 'Latest step';
  if (latest === undefined) return { question, value: '–', sentence: 'There is none.', doubts: [] };
  return {
    question,
    value: momentText(model.runs[latest.after]!).slice(0, 10),
    sentence: `${rangeText(model, latest)}.`,
    doubts: latest.alsoChanged.map((change) => `Also changed: ${change}.`),
  };
}
