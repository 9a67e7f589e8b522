import { badge } from '../page/badge.ts';
import type { Section } from '../page/blocks.ts';
import { badgeCell, textCell } from '../page/table-model.ts';
import { cellName } from '../summaries/cell-name.ts';
import type { ComparisonView } from './comparison-view.ts';

/** Cells that one side measured and the other did not: none of them is in any verdict. */
export function unmatchedSection(view: ComparisonView): Section | undefined {
  const rows = view.candidates.flatMap(({ label, comparison }) =>
    comparison.unmatched.map((cell) => ({ label, cell })),
  );
  if (rows.length === 0) return undefined;
  const missing = rows.filter(({ cell }) => cell.side === 'base').length;
  return {
    id: 'unmatched',
    title: 'On one side only',
    lead: `${missing} of the base’s cells ${missing === 1 ? 'is' : 'are'} missing in a candidate, ${rows.length - missing} ${rows.length - missing === 1 ? 'is' : 'are'} new. No verdict speaks of them.`,
    blocks: [
      {
        kind: 'table',
        table: {
          caption: 'Cells that one side has and the other lacks',
          tall: rows.length > 16,
          columns: [{ label: 'Cell' }, { label: 'Kind' }, { label: 'Where' }, { label: 'Candidate' }],
          rows: rows.map(({ label, cell }) => ({
            tag: view.tags.of(cell.axes),
            cells: [
              textCell(cellName(cell.axes)),
              textCell(cell.kind),
              badgeCell(
                cell.side === 'base' ? badge('open', 'missing in the candidate') : badge('note', 'new'),
              ),
              textCell(label),
            ],
          })),
        },
      },
    ],
  };
}
