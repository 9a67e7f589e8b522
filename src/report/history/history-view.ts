import type { CellAxes } from '../../compare/difference.ts';
import { scoreLabel } from '../../core/figure-text.ts';
import { createTagIndex, type TagIndex } from '../page/tags.ts';
import type { HistoryModel, HistorySeries } from './history-model.ts';
import { configsOf } from './step-words.ts';

/** What every section of the history page is built from. */
export interface HistoryView {
  readonly model: HistoryModel;
  readonly tags: TagIndex;
}

export function historyView(model: HistoryModel): HistoryView {
  return { model, tags: createTagIndex() };
}

/** By what the page can be filtered: metric, config and the cell's axes. */
export function seriesTag({ tags }: HistoryView, series: HistorySeries): number {
  return tags.of({ metric: scoreLabel(series.metric), config: series.config, ...series.axes });
}

/** The cell, with the config and the setting where the same figure has several series. */
export function seriesCell(
  { series, runs }: HistoryModel,
  one: HistorySeries,
  nameOf: (axes: CellAxes) => string = () => one.label,
): string {
  const isAmbiguous =
    series.filter(
      ({ metric, cell, config }) => metric === one.metric && cell === one.cell && config === one.config,
    ).length > 1;
  return [
    ...(configsOf(runs).length > 1 ? [one.config] : []),
    nameOf(one.axes),
    ...(isAmbiguous ? [one.setting] : []),
  ].join(' · ');
}
