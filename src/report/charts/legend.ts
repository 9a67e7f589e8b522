import type { LegendEntry } from '../page/blocks.ts';
import { trustedMarkup } from '../page/markup.ts';
import { glyphClass, MAP_GRID, mapGlyph } from './map-geometry.ts';
import type { SeriesStyle } from './series-style.ts';

/** Outlines of Plot's symbols at the size of a legend, around the origin. */
const OUTLINES: Readonly<Record<string, string>> = {
  circle: 'M-3.6,0a3.6,3.6 0 1,0 7.2,0a3.6,3.6 0 1,0 -7.2,0',
  square: 'M-3.2,-3.2h6.4v6.4h-6.4z',
  triangle: 'M0,-4.2L4,2.8H-4z',
  diamond: 'M0,-4.8L3,0L0,4.8L-3,0z',
  star: 'M0,-4.6L1.2,-1.5L4.4,-1.4L1.9,0.6L2.7,3.7L0,1.9L-2.7,3.7L-1.9,0.6L-4.4,-1.4L-1.2,-1.5z',
  wye: 'M0,1l-3.4,2.4l-1-1.6l3.2,-2v-4h2.4v4l3.2,2l-1,1.6z',
  cross: 'M-1.4,-4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z',
  hexagon: 'M0,-4.2L3.6,-2.1V2.1L0,4.2L-3.6,2.1V-2.1z',
};

/** A sample of a series' line and symbol beside its name. */
export function legendEntry(name: string, style: SeriesStyle, tag?: number): LegendEntry {
  const dash = style.dash === 'none' ? '' : ` stroke-dasharray="${style.dash}"`;
  const outline = OUTLINES[style.symbol] ?? OUTLINES['circle']!;
  return {
    name,
    sample: trustedMarkup(
      `<svg class="sample" width="30" height="12" viewBox="-15 -6 30 12" aria-hidden="true"><path d="M-15,0H15" stroke="${style.colour}" stroke-width="1.75"${dash}/><path d="${outline}" fill="${style.colour}"/></svg>`,
    ),
    ...(tag === undefined ? {} : { tag }),
  };
}

/** A sample of a map's point beside its class. */
export function glyphEntry(name: string, colour: string, glyph: number): LegendEntry {
  return {
    name,
    sample: trustedMarkup(
      `<svg class="sample cloud" width="14" height="12" viewBox="-7 -6 14 12" aria-hidden="true"><path d="${mapGlyph(glyph, [0, 0])}" class="${glyphClass(glyph)}" stroke="${colour}" transform="scale(${MAP_GRID})"/></svg>`,
    ),
  };
}
