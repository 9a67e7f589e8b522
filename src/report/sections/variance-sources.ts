import type { QualityRow } from '../../core/record/quality-row.ts';
import type { Score } from '../../core/record/score.ts';
import { mean, sampleSd } from '../../stats/moments.ts';
import { normalQuantile } from '../../stats/normal-distribution.ts';
import type { Block } from '../page/blocks.ts';
import { numberCell, type TableCell, type TableColumn, textCell } from '../page/table-model.ts';
import { qualityTag, type RunView, vectorName } from './run-view.ts';

/** Standard deviations of one figure, by what could have fallen out otherwise. */
interface VarianceSources {
  readonly row: QualityRow;
  readonly figure: string;
  /** Which items were measured: standard error behind the interval. */
  readonly items?: number;
  /** Which part was held out: over the folds. */
  readonly folds?: Spread;
  /** How the folds were drawn: over the means of the repeats. */
  readonly repeats?: Spread;
  /** Where k-means started. */
  readonly starts?: Spread;
}

interface Spread {
  readonly sd: number;
  readonly count: number;
}

/**
 * How far accuracy and ARI would move with other items, another split and another k-means start, each shown apart:
 * an interval holds the first alone, and a difference smaller than the others is none.
 */
export function varianceBlock(view: RunView): Block[] {
  const sources = view.record.quality.flatMap((row) => [...accuracySources(row), ...ariSources(row)]);
  const known = sources.filter(({ folds, starts }) => folds !== undefined || starts !== undefined);
  if (known.length === 0) return [];
  return [
    {
      kind: 'disclosure',
      title: 'Where the doubt comes from: items, splits and starts',
      blocks: [
        {
          kind: 'table',
          table: {
            caption: 'Standard deviation of a figure by what could have fallen out otherwise',
            tall: known.length > 16,
            columns: COLUMNS,
            rows: known.map((source) => ({
              tag: qualityTag(view, source.row),
              cells: [
                textCell(vectorName(source.row)),
                textCell(source.figure),
                numberCell(source.items, 4),
                spreadCell(source.folds, 'folds'),
                spreadCell(source.repeats, 'repeats'),
                spreadCell(source.starts, 'seeds'),
              ],
            })),
          },
        },
      ],
    },
  ];
}

const COLUMNS: readonly TableColumn[] = [
  { label: 'Vectors' },
  { label: 'Figure' },
  {
    label: 'Other items',
    number: true,
    description: 'Standard error behind the interval: another sample of items of the same size.',
  },
  {
    label: 'Other held-out part',
    number: true,
    description: 'Over the folds: each trains on other rows and tests others, as another single split would.',
  },
  {
    label: 'Other split seed',
    number: true,
    description:
      'Over the means of the repeats: every item is tested in each, only the folds are drawn anew.',
  },
  { label: 'Other k-means start', number: true, description: 'Over independent seeds, on the same items.' },
];

function accuracySources(row: QualityRow): VarianceSources[] {
  const values = row.perItem?.['accuracyCvFolds']?.values;
  if (values === undefined || values.length < 2) return [];
  const repeats = byRepeat(row.perItem!['accuracyCvFolds']!);
  const items = standardError(row.scores['accuracy']);
  return [
    {
      row,
      figure: 'Accuracy',
      ...(items === undefined ? {} : { items }),
      folds: { sd: sampleSd(values), count: values.length },
      ...(repeats.length < 2 ? {} : { repeats: { sd: sampleSd(repeats.map(mean)), count: repeats.length } }),
    },
  ];
}

/** Fold values of each repeat; a fold is named `repeat 2 fold 1`. */
function byRepeat({ ids, values }: { readonly ids: readonly string[]; readonly values: readonly number[] }) {
  const repeats = new Map<string, number[]>();
  ids.forEach((id, i) => {
    const repeat = id.replace(/ fold \d+$/, '');
    repeats.set(repeat, [...(repeats.get(repeat) ?? []), values[i]!]);
  });
  return [...repeats.values()];
}

function ariSources(row: QualityRow): VarianceSources[] {
  return (row.clustering ?? []).flatMap(({ column, seeds }, i) => {
    if (seeds === undefined) return [];
    const items = standardError(row.scores[i === 0 ? 'ari' : `ari[${column}]`]);
    return [
      {
        row,
        figure: `ARI by ${column}`,
        ...(items === undefined ? {} : { items }),
        starts: { sd: seeds.sd, count: seeds.count },
      },
    ];
  });
}

function standardError(score: Score | undefined): number | undefined {
  if (score?.low === undefined || score.high === undefined) return undefined;
  return (score.high - score.low) / (2 * normalQuantile((1 + (score.level ?? 0.95)) / 2));
}

function spreadCell(spread: Spread | undefined, what: string): TableCell {
  const cell = numberCell(spread?.sd, 4);
  return spread === undefined ? cell : { ...cell, detail: `${spread.count} ${what}` };
}
