/** Kinds of Prometheus metric families; `untyped` when the text names none. */
type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

/** One line of a scrape. */
export interface MetricSample {
  /** Name as it stands on the line: a histogram's samples end in `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Type of the family that the sample belongs to. */
  readonly type: MetricType;
}

/** One scrape of a Prometheus endpoint. */
export interface Exposition {
  readonly samples: readonly MetricSample[];
  /** Lines that are not in the format. A page that is something else altogether has only these. */
  readonly malformedLines: number;
}

const METRIC_TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary']);
const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,)?/y;
const VALUE = /\s*([^\s#]+)/y;

/**
 * Reads the Prometheus text format (version 0.0.4) and the parts of OpenMetrics that servers mix into it
 * (`# EOF`, exemplars, timestamps). Samples named `…_created` are left out: they are birth dates, not figures.
 * A line that is in neither format is counted and skipped: a new server version must not stop a run.
 *
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): Exposition {
  const types = new Map<string, MetricType>();
  const samples: MetricSample[] = [];
  let malformedLines = 0;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (trimmed.startsWith('#')) {
      readType(trimmed, types);
      continue;
    }
    const sample = readSample(trimmed, types);
    if (sample === undefined) malformedLines += 1;
    else if (!isBirthDate(sample.name)) samples.push(sample);
  }
  return { samples, malformedLines };
}

function readType(line: string, types: Map<string, MetricType>): void {
  const [, keyword, name, type] = line.split(/\s+/);
  if (keyword !== 'TYPE' || name === undefined) return;
  types.set(name, type !== undefined && METRIC_TYPES.has(type) ? (type as MetricType) : 'untyped');
}

function readSample(line: string, types: ReadonlyMap<string, MetricType>): MetricSample | undefined {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  const brace = /\s*\{/y;
  brace.lastIndex = NAME.lastIndex;
  const labelled = brace.test(line);
  const end = labelled ? readLabels(line, brace.lastIndex, labels) : NAME.lastIndex;
  if (end === undefined || (!labelled && !/\s/.test(line.charAt(end)))) return undefined;
  VALUE.lastIndex = end;
  const written = VALUE.exec(line)?.[1];
  const value = written === undefined ? undefined : readValue(written);
  return value === undefined ? undefined : { name, labels, value, type: typeOf(name, types) };
}

/** Reads `name="value", …}` from `start` into `labels`; the position behind the brace, or undefined. */
function readLabels(line: string, start: number, labels: Map<string, string>): number | undefined {
  let position = start;
  for (;;) {
    const close = /\s*\}/y;
    close.lastIndex = position;
    if (close.test(line)) return close.lastIndex;
    LABEL.lastIndex = position;
    const label = LABEL.exec(line);
    if (label === null) return undefined;
    labels.set(label[1]!, unescapeLabel(label[2]!));
    position = LABEL.lastIndex;
    if (label[3] === undefined && !/^\s*\}/.test(line.slice(position))) return undefined;
  }
}

/** Label values escape the backslash, the quote and the line feed; nothing else. */
function unescapeLabel(written: string): string {
  return written.replace(/\\(.)/g, (whole, escaped: string) => {
    if (escaped === 'n') return '\n';
    return escaped === '"' || escaped === '\\' ? escaped : whole;
  });
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function readValue(written: string): number | undefined {
  if (DECIMAL.test(written)) return Number(written);
  switch (written.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}

function typeOf(name: string, types: ReadonlyMap<string, MetricType>): MetricType {
  const own = types.get(name);
  if (own !== undefined) return own;
  const family = name.replace(/_(bucket|sum|count)$/, '');
  const parent = types.get(family);
  if (parent === 'histogram' || parent === 'summary') return parent;
  // OpenMetrics names a counter's family without the suffix of its sample.
  const counter = types.get(name.replace(/_total$/, ''));
  return counter === 'counter' ? 'counter' : 'untyped';
}

function isBirthDate(name: string): boolean {
  return name.endsWith('_created');
}
