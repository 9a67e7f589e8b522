import type { Comparison } from '../../../compare/comparison.ts';
import type { ComparisonVerdict } from '../../../compare/difference.ts';
import type { GateResult } from '../../../compare/gate-result.ts';
import { VERDICTS_WORST_FIRST, worstFirst } from '../../summaries/worst-first.ts';
import type { Exporter } from '../exporter.ts';
import { jsonText } from './json-text.ts';

/** Raised when a key of one of these documents changes its meaning or goes; added keys leave it alone. */
const DOCUMENT_SCHEMA_VERSION = 1;

/**
 * What `dimsweep compare --json` prints: the comparison as `compare/comparison.ts` describes it, `differences`
 * worst first, with a count of every verdict. Ratios are 0–1, times milliseconds, sizes bytes, changes on the
 * scale that each names; a figure that was not measured is absent.
 */
export interface ComparisonDocument extends Comparison {
  readonly kind: 'comparison';
  readonly schemaVersion: typeof DOCUMENT_SCHEMA_VERSION;
  readonly verdicts: Readonly<Record<ComparisonVerdict, number>>;
}

/**
 * What `dimsweep gate --json` prints: `outcome` (`pass`, `fail`, `noVerdict`: exit codes 0, 1, 4), a count of the
 * checks by outcome, every check, and the comparison behind them.
 */
export interface GateDocument extends GateResult {
  readonly kind: 'gate';
  readonly schemaVersion: typeof DOCUMENT_SCHEMA_VERSION;
  readonly counts: Readonly<Record<'pass' | 'fail' | 'undecided', number>>;
  readonly comparison: ComparisonDocument;
}

/** The whole result for other programs; a run is its record, by `configs/record.schema.json`. */
export const jsonExporter: Exporter = {
  description: 'everything, for other programs',
  extension: 'json',
  run: (record) => jsonText(record),
  comparison: (comparison) => jsonText(comparisonDocument(comparison)),
  gate: (gate) => jsonText(gateDocument(gate)),
};

function comparisonDocument(comparison: Comparison): ComparisonDocument {
  const { differences } = comparison;
  const count = (verdict: ComparisonVerdict) => differences.filter((d) => d.verdict === verdict).length;
  return {
    kind: 'comparison',
    schemaVersion: DOCUMENT_SCHEMA_VERSION,
    verdicts: Object.fromEntries(
      VERDICTS_WORST_FIRST.map((verdict) => [verdict, count(verdict)]),
    ) as ComparisonDocument['verdicts'],
    ...comparison,
    differences: worstFirst(differences),
  };
}

function gateDocument({ outcome, checks, comparison }: GateResult): GateDocument {
  const count = (wanted: keyof GateDocument['counts']) =>
    checks.filter((check) => check.outcome === wanted).length;
  return {
    kind: 'gate',
    schemaVersion: DOCUMENT_SCHEMA_VERSION,
    outcome,
    counts: { fail: count('fail'), undecided: count('undecided'), pass: count('pass') },
    checks,
    comparison: comparisonDocument(comparison),
  };
}
