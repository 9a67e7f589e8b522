import { formatNumber } from '../../core/figure-text.ts';
import type { ClaimRow } from '../../core/record/run-record.ts';
import { boundStrip } from '../charts/strips.ts';
import { verdictBadge } from '../page/badge.ts';
import type { Section } from '../page/blocks.ts';
import { badgeCell, MISSING, type TableCell, textCell } from '../page/table-model.ts';
import type { RunView } from './run-view.ts';

const TONES = { reproduced: 'good', contradicted: 'bad', undecidable: 'open' } as const;

/** Each claim of the config against what was measured, drawn with the interval against the bound. */
export function claimsSection({ record }: RunView): Section | undefined {
  const claims = record.claims ?? [];
  if (claims.length === 0) return undefined;
  const count = (verdict: ClaimRow['verdict']) => claims.filter((claim) => claim.verdict === verdict).length;
  return {
    id: 'claims',
    title: 'Claims',
    lead: `${count('reproduced')} reproduced, ${count('contradicted')} contradicted, ${count('undecidable')} not decidable with this much data.`,
    blocks: [
      {
        kind: 'table',
        table: {
          caption:
            'Claims of the config against the measurement: the dashed line is the bound, the bar the 95 % interval',
          columns: [
            { label: 'Claim' },
            { label: 'Verdict' },
            { label: 'Measured', number: true },
            { label: 'Bound', number: true },
            { label: 'Interval against the bound' },
            { label: 'Why' },
          ],
          rows: claims.map((claim) => ({ cells: claimCells(claim) })),
        },
      },
    ],
  };
}

function claimCells(claim: ClaimRow): TableCell[] {
  return [
    { text: claim.claim, code: true },
    badgeCell(verdictBadge(claim.verdict)),
    claim.measured === undefined
      ? MISSING
      : {
          text: figure(claim.measured),
          number: true,
          ...(claim.low === undefined || claim.high === undefined
            ? {}
            : { detail: `${figure(claim.low)}–${figure(claim.high)}` }),
        },
    claim.bound === undefined ? MISSING : { text: figure(claim.bound), number: true },
    stripCell(claim),
    textCell(claim.reason),
  ];
}

/** Claims mix units; three digits for what looks like a ratio, none for whole numbers. */
function figure(value: number): string {
  return formatNumber(value, Number.isInteger(value) ? 0 : Math.abs(value) < 10 ? 3 : 1);
}

function stripCell(claim: ClaimRow): TableCell {
  const { measured, bound, low, high } = claim;
  if (measured === undefined || bound === undefined) return textCell('–');
  const interval =
    low === undefined || high === undefined ? '' : `, interval ${figure(low)} to ${figure(high)}`;
  return {
    text: '',
    sort: measured - bound,
    markup: boundStrip({
      value: measured,
      bound,
      ...(low === undefined || high === undefined ? {} : { low, high }),
      verdict: TONES[claim.verdict],
      label: `Measured ${figure(measured)}${interval}, bound ${figure(bound)}`,
    }),
  };
}
