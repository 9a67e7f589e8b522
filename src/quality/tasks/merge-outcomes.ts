import type { TaskOutcome } from './task.ts';

/** Both outcomes as one: scores and item values side by side, notes and clusterings one after the other. */
export function mergeOutcomes(first: TaskOutcome, second: TaskOutcome): TaskOutcome {
  const clustering = [...(first.clustering ?? []), ...(second.clustering ?? [])];
  const notes = [...new Set([...(first.notes ?? []), ...(second.notes ?? [])])];
  const classification = second.classification ?? first.classification;
  const perItem = { ...first.perItem, ...second.perItem };
  return {
    scores: { ...first.scores, ...second.scores },
    ...(classification === undefined ? {} : { classification }),
    ...(clustering.length === 0 ? {} : { clustering }),
    ...(Object.keys(perItem).length === 0 ? {} : { perItem }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}
