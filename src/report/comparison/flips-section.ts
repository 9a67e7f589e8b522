import type { QualityRow } from '../../core/record/quality-row.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import type { Section } from '../page/blocks.ts';
import { EMPTY_PAGE_DATA, type PageData } from '../page/page-data.ts';
import { type TableModel, textCell } from '../page/table-model.ts';
import { classificationData, itemData, type NamedRow } from '../sections/page-data-of.ts';
import { vectorName } from '../sections/run-view.ts';
import { worstFirst } from '../summaries/worst-first.ts';
import type { Candidate, ComparisonView } from './comparison-view.ts';

/** Items shown to a reader without script. */
const SAMPLE = 20;

/** A cell that two runs classified, item by item. */
interface ClassifiedPair {
  readonly candidate: Candidate;
  readonly base: QualityRow;
  readonly row: QualityRow;
}

/** The items on which a candidate and the base differ; only where both classified the same data. */
export function flipsSection(view: ComparisonView): Section | undefined {
  const pair = worstPair(view);
  if (pair === undefined) return undefined;
  const cells = classifiedRows(view);
  const position = (row: QualityRow) => cells.findIndex((cell) => cell.row === row);
  return {
    id: 'flips',
    title: 'Items that changed',
    lead: 'Which items one run gets right and the other wrong, cell by cell.',
    blocks: [
      {
        kind: 'error-view',
        cell: position(pair.row),
        against: position(pair.base),
        tables: flipTable(view, pair),
      },
    ],
  };
}

/** What the page's script needs for that. */
export function comparedPageData(view: ComparisonView): Omit<PageData, 'tags'> {
  const cells = classifiedRows(view);
  if (worstPair(view) === undefined) return EMPTY_PAGE_DATA;
  return { ...EMPTY_PAGE_DATA, items: itemData(view.base), ...classificationData(view.base, cells) };
}

/** The classified cells of all runs on the base's data, the base's first. */
function classifiedRows(view: ComparisonView): NamedRow[] {
  const runs = [{ label: view.baseLabel, record: view.base }, ...sameData(view)];
  return runs.flatMap(({ label, record }) =>
    record.quality
      .filter((row) => row.classification !== undefined)
      .map((row) => ({ row, name: `${label}: ${vectorName(row)}`, tag: runTag(view, label, row) })),
  );
}

function runTag({ tags }: ComparisonView, run: string, row: QualityRow): number {
  const { dimensions, instruction, dtype, serverArgs } = row;
  return tags.of({ run, dimensions, instruction, dtype, serverArgs });
}

function sameData({ base, candidates }: ComparisonView): Candidate[] {
  return candidates.filter(({ record }) => record.dataset.hash === base.dataset.hash);
}

/** The pair behind the worst score, or the first that both classified. */
function worstPair(view: ComparisonView): ClassifiedPair | undefined {
  const pairs = sameData(view).flatMap((candidate) => {
    const cells = worstFirst(candidate.comparison.differences).map(({ subject }) => subject.cell);
    const cell = cells.find((id) => classified(view.base, id) && classified(candidate.record, id));
    const [base, row] = [classified(view.base, cell), classified(candidate.record, cell)];
    return base === undefined || row === undefined ? [] : [{ candidate, base, row }];
  });
  return pairs[0];
}

function classified({ quality }: RunRecord, cell: string | undefined): QualityRow | undefined {
  return quality.find((row) => row.id === cell && row.classification !== undefined);
}

function flipTable(view: ComparisonView, { candidate, base, row }: ClassifiedPair): TableModel[] {
  const { ids, texts, labels } = view.base.items;
  const numberOf = new Map(ids.map((id, i) => [id, i]));
  const taken = takenBy(row);
  const rows = [...takenBy(base)].flatMap(([id, before]) => {
    const after = taken.get(id);
    const item = numberOf.get(id);
    if (after === undefined || after === before || item === undefined) return [];
    const truth = Object.values(labels)
      .map((column) => column[item])
      .find((label) => base.classification!.classes.includes(label ?? ''));
    const text = texts?.[item] ?? '(texts are left out)';
    return [{ cells: [id, truth ?? '–', before, after, text].map((cell) => textCell(cell)) }];
  });
  if (rows.length === 0) return [];
  return [
    {
      caption: `The first ${Math.min(SAMPLE, rows.length)} of ${rows.length} items that change, ${vectorName(row)}`,
      columns: [
        { label: 'Item' },
        { label: 'True class' },
        { label: view.baseLabel },
        { label: candidate.label },
        { label: 'Text' },
      ],
      rows: rows.slice(0, SAMPLE),
    },
  ];
}

function takenBy({ classification }: QualityRow): Map<string, string> {
  const { testIds, predicted, classes } = classification!;
  return new Map(testIds.map((id, t) => [id, classes[predicted[t] ?? -1] ?? '–']));
}
