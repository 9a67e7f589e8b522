import type { RenderFunction } from '@observablehq/plot';
import type { SafeMarkup } from '../page/markup.ts';
import { draw, svgElement } from './draw.ts';
import { glyphClass, MAP_GRID, mapGlyph, mapPlacement } from './map-geometry.ts';

export interface VectorMapGroup {
  readonly name: string;
  readonly colour: string;
  /** Index into the glyphs of `map-geometry.ts`. */
  readonly glyph: number;
  readonly points: readonly (readonly [number, number])[];
}

export interface VectorMap {
  readonly label: string;
  readonly size: number;
  readonly groups: readonly VectorMapGroup[];
}

/**
 * A cloud of points, one path per class: thousands of points cost a few bytes each. Both axes have the same
 * scale, because only nearness means something in such a picture.
 */
export function vectorMap(map: VectorMap): SafeMarkup {
  const place = mapPlacement(
    map.groups.flatMap((group) => group.points),
    map.size,
  );
  const cloud: RenderFunction = () => {
    const parent = svgElement('g', { class: 'cloud', transform: `scale(${MAP_GRID})` });
    for (const group of map.groups) {
      const path = svgElement('path', {
        d: group.points.map((point) => mapGlyph(group.glyph, place(point))).join(''),
        stroke: group.colour,
        class: glyphClass(group.glyph),
      });
      parent.append(path);
    }
    return parent;
  };
  return draw(map.label, {
    width: map.size,
    height: map.size,
    margin: 0,
    x: { axis: null, domain: [0, 1] },
    y: { axis: null, domain: [0, 1] },
    marks: [cloud],
  });
}
