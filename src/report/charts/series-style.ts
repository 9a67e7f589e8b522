import type { SymbolName } from '@observablehq/plot';

/** How a series looks: colour, symbol and dash all differ, so that none of them is needed alone. */
export interface SeriesStyle {
  /** A custom property that the page's styles define for light and dark. */
  readonly colour: string;
  readonly symbol: SymbolName;
  readonly dash: string;
}

const COLOURS = 8;
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross', 'hexagon'] as const;
const DASHES = ['none', '6 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2', '1 2', '14 3 3 3'] as const;

/** The style of the i-th series; after eight colours the dashes move on, so that 64 series differ. */
export function seriesStyle(i: number): SeriesStyle {
  const round = Math.floor(i / COLOURS);
  return {
    colour: `var(--s${(i % COLOURS) + 1})`,
    symbol: SYMBOLS[i % SYMBOLS.length]!,
    dash: DASHES[(i + round) % DASHES.length]!,
  };
}

/** Dash of a legend's sample that is a symbol alone. */
export const NO_LINE = '0 40';

/** Series that give the picture its background and are named by their tooltip alone. */
export const CONTEXT_STYLE: SeriesStyle = { colour: 'var(--context)', symbol: 'circle', dash: 'none' };
