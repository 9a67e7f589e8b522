import type { RenderFunction } from '@observablehq/plot';
import { svgElement } from './draw.ts';

/** A name beside the last point of a line. */
export interface EndLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

const LINE_HEIGHT = 13;
const LONGEST = 22;

/** Shortens a name to what fits beside a chart; the full name stands in the tooltip and the table. */
export function shortName(name: string, longest = LONGEST): string {
  const characters = [...name];
  return characters.length <= longest ? name : `${characters.slice(0, longest - 1).join('')}…`;
}

/** Room to the right of the frame that the labels need, in pixels at the chart's font size. */
export function labelRoom(labels: readonly EndLabel[]): number {
  const longest = Math.max(0, ...labels.map((label) => [...shortName(label.text)].length));
  return longest === 0 ? 16 : Math.ceil(14 + longest * 7.6);
}

/** Names at the right ends of lines, pushed apart where they would overlap. */
export function endLabelMark(labels: readonly EndLabel[]): RenderFunction {
  return (_index, scales, _values, dimensions) => {
    const group = svgElement('g', { 'text-anchor': 'start', class: 'end-label' });
    const placed = labels
      .map((label) => ({ label, y: Number(scales.y!(label.y)) }))
      .filter(({ y }) => Number.isFinite(y))
      .toSorted((a, b) => a.y - b.y);
    const bottom = dimensions.height - dimensions.marginBottom;
    const tops = spread(
      placed.map(({ y }) => y),
      dimensions.marginTop,
      bottom,
    );
    placed.forEach(({ label }, i) => {
      const text = svgElement('text', {
        x: dimensions.width - dimensions.marginRight + 8,
        y: tops[i]! + 4,
        fill: label.colour,
      });
      text.textContent = shortName(label.text);
      group.append(text);
    });
    return group;
  };
}

/** Moves sorted positions apart by at least a line, staying inside the frame where that is possible. */
function spread(positions: readonly number[], top: number, bottom: number): number[] {
  const result = [...positions];
  for (let i = 1; i < result.length; i++) result[i] = Math.max(result[i]!, result[i - 1]! + LINE_HEIGHT);
  let limit = bottom;
  for (let i = result.length - 1; i >= 0; i--) {
    result[i] = Math.max(top, Math.min(result[i]!, limit));
    limit = result[i]! - LINE_HEIGHT;
  }
  return result;
}
