import * as Plot from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { draw } from './draw.ts';
import { markTitle } from './svg-markup.ts';

export interface HeatCell {
  readonly column: string;
  readonly row: string;
  readonly value: number;
  readonly text: string;
  readonly tag?: number;
  readonly tip: string;
  readonly state?: 'suspect' | 'invalid';
}

export interface HeatMap {
  readonly label: string;
  readonly columnLabel: string;
  readonly rowLabel: string;
  readonly columns: readonly string[];
  /** From top to bottom. */
  readonly rows: readonly string[];
  readonly cells: readonly HeatCell[];
  /** Least and greatest value of the colour scale; equal for maps that are read side by side. */
  readonly domain: readonly [number, number];
}

/** Steps of the colour scale that the page's styles define, light to dark. */
const STEPS = 7;
const CELL = { width: 66, height: 34 };

/** Figures in a grid; the colour repeats the figure on a log scale, and never stands alone. */
export function heatMap(map: HeatMap): SafeMarkup {
  const step = (cell: HeatCell) => heatStep(cell.value, map.domain);
  return draw(map.label, {
    width: 62 + map.columns.length * CELL.width,
    height: 58 + map.rows.length * CELL.height,
    marginLeft: 52,
    marginTop: 20,
    marginRight: 10,
    marginBottom: 38,
    x: { type: 'band', domain: [...map.columns], label: map.columnLabel, padding: 0.05, tickSize: 0 },
    y: { type: 'band', domain: [...map.rows], label: map.rowLabel, padding: 0.08, tickSize: 0 },
    marks: [
      Plot.cell(map.cells, {
        x: 'column',
        y: 'row',
        rx: 3,
        fill: (cell: HeatCell) => (cell.state === 'invalid' ? 'var(--paper)' : `var(--h${step(cell)})`),
        stroke: (cell: HeatCell) => (cell.state === undefined ? 'none' : 'var(--muted)'),
        strokeDasharray: '3 2',
        title: (cell: HeatCell) => markTitle(cell.tag, cell.tip),
      }),
      Plot.text(map.cells, {
        x: 'column',
        y: 'row',
        text: (cell: HeatCell) => `${SIGNS[cell.state ?? 'valid']}${cell.text}`,
        fill: (cell: HeatCell) => (cell.state === 'invalid' ? 'var(--bad)' : `var(--h${step(cell)}-ink)`),
        title: (cell: HeatCell) => markTitle(cell.tag, ''),
      }),
    ],
  });
}

const SIGNS = { valid: '', suspect: '? ', invalid: '✕ ' } as const;

/** 1 … {@link STEPS}, by the logarithm of the value. */
function heatStep(value: number, [low, high]: readonly [number, number]): number {
  if (!(value > 0) || !(low > 0) || high <= low) return Math.ceil(STEPS / 2);
  const share = Math.log(value / low) / Math.log(high / low);
  return 1 + Math.min(STEPS - 1, Math.max(0, Math.floor(share * STEPS)));
}
