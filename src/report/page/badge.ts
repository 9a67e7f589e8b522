import type { ComparisonVerdict } from '../../compare/difference.ts';
import type { Validity } from '../../core/record/score.ts';

/** A verdict in one word, with a sign that does not need its colour. */
export interface Badge {
  readonly tone: 'good' | 'bad' | 'open' | 'note';
  readonly sign: string;
  readonly text: string;
}

const SIGNS = { good: '✓', bad: '✕', open: '?', note: '·' } as const;

export function badge(tone: Badge['tone'], text: string): Badge {
  return { tone, sign: SIGNS[tone], text };
}

const VALIDITY_TONES = { valid: 'good', suspect: 'open', invalid: 'bad' } as const;

export function validityBadge({ verdict }: Validity): Badge {
  return badge(VALIDITY_TONES[verdict], verdict);
}

const VERDICT_TONES = {
  holds: 'good',
  reproduced: 'good',
  fails: 'bad',
  contradicted: 'bad',
  inconclusive: 'open',
  undecidable: 'open',
  improved: 'good',
  regressed: 'bad',
  changed: 'note',
} as const;

/** Verdicts of paired tests, of claims and of steps. */
export function verdictBadge(verdict: keyof typeof VERDICT_TONES): Badge {
  return badge(VERDICT_TONES[verdict], verdict);
}

const COMPARISON_BADGES = {
  improved: badge('good', 'improved'),
  same: { tone: 'note', sign: '=', text: 'same' },
  regressed: badge('bad', 'regressed'),
  inconclusive: badge('open', 'inconclusive'),
  noVerdict: { tone: 'open', sign: '–', text: 'no verdict' },
} as const satisfies Record<ComparisonVerdict, Badge>;

/** Verdicts of comparisons: each has a sign of its own. */
export function comparisonBadge(verdict: ComparisonVerdict): Badge {
  return COMPARISON_BADGES[verdict];
}
