import { formatNumber, formatPercent } from '../../core/figure-text.ts';
import type { RunRecord } from '../../core/record/run-record.ts';
import { glyphEntry } from '../charts/legend.ts';
import { seriesStyle } from '../charts/series-style.ts';
import { type VectorMapGroup, vectorMap } from '../charts/vector-map.ts';
import type { Fact, Section, VectorMapFigure } from '../page/blocks.ts';
import { distinct, type RunView } from './run-view.ts';

type RecordedMap = RunRecord['maps'][number];

/** Side of a map in pixels; the page's script places its pointer in the same square. */
export const MAP_SIZE = 420;

/** Pictures of the vectors with the figures that say how far to believe them. */
export function mapSection(view: RunView): Section | undefined {
  const { maps, items } = view.record;
  if (maps.length === 0) return undefined;
  return {
    id: 'map',
    title: 'Map of the vectors',
    lead: 'Nearness inside a picture hints at similarity; distances between blobs, their sizes and their directions mean nothing.',
    blocks: [
      {
        kind: 'prose',
        paragraphs: [
          'Believe a picture as far as its figures go: trustworthiness is the share of neighbours in the picture that are neighbours in the vectors, and neighbour-label agreement is how often an item’s nearest items in the vectors carry its label. The first says what the picture invented, the second what the vectors know.',
        ],
      },
      {
        kind: 'vector-maps',
        maps: maps.map((map) => mapFigure(view, map)),
        labels: Object.keys(items.labels),
      },
    ],
  };
}

function mapFigure(view: RunView, map: RecordedMap): VectorMapFigure {
  const groups = labelGroups(view.record, map);
  const { dimensions, instruction } = map;
  const title = `${dimensions} dimensions · ${instruction}`;
  return {
    title,
    svg: vectorMap({
      label: `${METHODS[map.method]} of ${map.points.length} vectors, ${title}, ${groups.length} classes`,
      size: MAP_SIZE,
      groups,
    }),
    facts: mapFacts(map),
    ...(map.note === undefined ? {} : { note: map.note }),
    legend: groups.map((group) =>
      glyphEntry(`${group.name} (${formatNumber(group.points.length)})`, group.colour, group.glyph),
    ),
    tag: view.tags.of({ dimensions, instruction }),
  };
}

const METHODS = { pca: 'PCA', tsne: 't-SNE' } as const;

/** One group per class of the first label column, largest class first so that small ones lie on top. */
function labelGroups({ items }: RunRecord, map: RecordedMap): VectorMapGroup[] {
  const labels = Object.values(items.labels)[0];
  const indexOf = new Map(items.ids.map((id, i) => [id, i]));
  const names = map.ids.map((id) => labels?.[indexOf.get(id) ?? -1] ?? 'no label');
  return distinct(labels === undefined ? names : [...labels.map((label) => label ?? 'no label'), ...names])
    .map((name, i) => ({
      name,
      colour: seriesStyle(i).colour,
      glyph: i,
      points: map.points.filter((_, p) => names[p] === name),
    }))
    .filter((group) => group.points.length > 0);
}

function mapFacts(map: RecordedMap): Fact[] {
  const facts: Fact[] = [
    { term: 'Method', value: METHODS[map.method], detail: `n = ${formatNumber(map.points.length)}` },
  ];
  const add = (term: string, value: string | undefined) => {
    if (value !== undefined) facts.push({ term, value });
  };
  add(
    'Variance explained',
    map.explainedVariance === undefined ? undefined : formatPercent(map.explainedVariance, 1),
  );
  add('KL divergence', digits(map.klDivergence, 2));
  add('Trustworthiness', digits(map.trustworthiness, 3));
  add('Neighbour-label agreement', digits(map.neighbourLabelAgreement, 3));
  return facts;
}

function digits(value: number | undefined, count: number): string | undefined {
  return value === undefined ? undefined : formatNumber(value, count);
}
