import { formatInterval, formatPercent, metricNumber } from '../../core/figure-text.ts';
import { METRICS, type MetricId } from '../../core/metrics.ts';
import type { QualityRow } from '../../core/record/quality-row.ts';
import { distinct, type RunView } from '../sections/run-view.ts';
import type { SummaryColumn, SummarySection } from './summary.ts';

const SIGNS = { holds: '✓', fails: '✕', inconclusive: '?' } as const;

/** One column of a quality table: the widths of one family of vectors. */
interface Family {
  readonly name: string;
  readonly rows: readonly QualityRow[];
}

/** The deciding metric by dimension: one table with a column per instruction, one with a column per dtype. */
export function qualitySummaries(view: RunView): SummarySection[] {
  const { record, answer } = view;
  const { metric } = answer;
  if (metric === undefined) return [];
  const lead = answer.bestInstruction?.row ?? record.quality.find((row) => row.scores[metric] !== undefined);
  if (lead === undefined) return [];
  const scored = record.quality.filter((row) => row.scores[metric] !== undefined);
  const ofLeadDtype = scored.filter((row) => row.dtype === lead.dtype);
  const ofLeadInstruction = scored.filter(
    (row) => row.instruction === lead.instruction && row.serverArgs === lead.serverArgs,
  );
  const byInstruction = familiesBy(ofLeadDtype, instructionName, instructionName(lead));
  const byDtype = familiesBy(ofLeadInstruction, (row) => row.dtype, lead.dtype);
  const { label } = METRICS[metric];
  return [
    section(view, metric, `${label} by dimension and instruction (${lead.dtype})`, byInstruction),
    ...(byDtype.length > 1
      ? [section(view, metric, `${label} by dimension and dtype (${instructionName(lead)})`, byDtype)]
      : []),
  ];
}

function instructionName({ instruction, serverArgs }: QualityRow): string {
  return serverArgs === undefined ? instruction : `${instruction} · ${serverArgs}`;
}

/** Families in order of first appearance, but the leading one first: it is left out last. */
function familiesBy(
  rows: readonly QualityRow[],
  nameOf: (row: QualityRow) => string,
  lead: string,
): Family[] {
  const names = distinct([lead, ...rows.map(nameOf)]);
  return names.map((name) => ({ name, rows: rows.filter((row) => nameOf(row) === name) }));
}

function section(
  { answer }: RunView,
  metric: MetricId,
  title: string,
  families: readonly Family[],
): SummarySection {
  const widths = distinct(families.flatMap(({ rows }) => rows.map((row) => row.dimensions)));
  const at = ({ rows }: Family, width: number) => rows.find((row) => row.dimensions === width);
  const cell = (row: QualityRow | undefined): string => {
    const score = row?.scores[metric];
    if (row === undefined || score === undefined) return '–';
    const bounds =
      score.low === undefined || score.high === undefined
        ? ''
        : ` (${formatInterval(score.low, score.high, METRICS[metric].digits)})`;
    const standing = answer.standings?.of(row).verdict;
    return `${metricNumber(metric, score.value)}${bounds}${standing === undefined ? '' : ` ${SIGNS[standing]}`}`;
  };
  const bytes = (width: number): string =>
    distinct(families.flatMap((family) => at(family, width)?.bytesPerVector ?? []))
      .map((value) => metricNumber('vectorBytes', value))
      .join(' / ');
  return {
    title,
    notes: [
      `✓ shown to be within ${formatPercent(answer.margin)} of the best, ✕ below it, ? not decided. ${sizes(families, metric)}`,
    ],
    table: {
      columns: [
        { head: 'Dimensions', align: 'right' },
        ...families.map(
          ({ name }, i): SummaryColumn => ({ head: name, ...(i === 0 ? {} : { optional: i + 1 }) }),
        ),
        { head: 'Bytes/vector', align: 'right', optional: 1 },
      ],
      rows: widths
        .toSorted((a, b) => b - a)
        .map((width) => [String(width), ...families.map((family) => cell(at(family, width))), bytes(width)]),
    },
    points: [],
    folded: false,
  };
}

/** How many items stand behind each column; one number where they agree. */
function sizes(families: readonly Family[], metric: MetricId): string {
  const sizesOf = ({ rows }: Family) => distinct(rows.map((row) => row.scores[metric]!.n)).join('/');
  const all = distinct(families.map(sizesOf));
  return all.length === 1
    ? `n = ${all[0]}.`
    : `${families.map((family) => `n = ${sizesOf(family)} for ${family.name}`).join(', ')}.`;
}
