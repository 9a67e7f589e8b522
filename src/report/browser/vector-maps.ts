import { glyphClass, MAP_GRID, mapGlyph } from '../charts/map-geometry.ts';
import { seriesStyle } from '../charts/series-style.ts';
import { decodeClasses, type ItemData, type MapData } from '../page/page-data.ts';
import { all, element } from './dom.ts';
import { pageData } from './page-data.ts';
import { hideTip, sayTip, showTip } from './tooltip.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Pixels around a point within which the pointer means it. */
const REACH = 14;

interface Drawn {
  readonly chart: HTMLElement;
  readonly svg: SVGSVGElement;
  readonly map: MapData;
  readonly pointer: SVGCircleElement;
}

/** Points of the maps tell their item, and can be coloured by any label column. */
export function vectorMaps(): void {
  const figures = all<HTMLElement>('[data-map]');
  if (figures.length === 0) return;
  const select = document.querySelector<HTMLSelectElement>('#map-label');
  if (select !== null && select.options.length > 1) select.closest<HTMLElement>('.map-tools')!.hidden = false;
  select?.addEventListener('change', () => {
    for (const figure of figures) recolour(figure, select.selectedIndex);
  });
  for (const figure of figures) explain(figure);
}

function mapOf(figure: HTMLElement): MapData {
  return pageData().maps[Number(figure.dataset['map'])]!;
}

const itemAt = (map: MapData, point: number): number => map.items?.[point] ?? point;
const pointCount = (map: MapData): number => map.places.length / 2;

function explain(figure: HTMLElement): void {
  const chart = figure.querySelector<HTMLElement>('.chart')!;
  const svg = chart.querySelector('svg')!;
  let drawn: Drawn | undefined;
  let at = -1;
  const ready = (): Drawn => {
    drawn ??= { chart, svg, map: mapOf(figure), pointer: addPointer(svg) };
    return drawn;
  };
  const leave = () => {
    at = -1;
    drawn?.pointer.setAttribute('visibility', 'hidden');
    hideTip();
  };
  chart.setAttribute('aria-describedby', 'chart-help');
  chart.addEventListener('pointermove', (event) => {
    at = nearest(ready(), event.clientX, event.clientY);
    if (at === -1) leave();
    else tell(ready(), at, showTip);
  });
  chart.addEventListener('pointerleave', leave);
  chart.addEventListener('blur', leave);
  chart.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') leave();
    const direction = DIRECTIONS[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    at = at === -1 ? 0 : towards(ready().map, at, direction);
    tell(ready(), at, sayTip);
  });
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function addPointer(svg: SVGSVGElement): SVGCircleElement {
  const pointer = document.createElementNS(SVG, 'circle');
  pointer.setAttribute('class', 'map-pointer');
  pointer.setAttribute('r', '6');
  pointer.setAttribute('visibility', 'hidden');
  svg.append(pointer);
  return pointer;
}

function tell({ svg, map, pointer }: Drawn, point: number, show: typeof showTip): void {
  const [x, y] = [map.places[2 * point]! * MAP_GRID, map.places[2 * point + 1]! * MAP_GRID];
  pointer.setAttribute('cx', String(x));
  pointer.setAttribute('cy', String(y));
  pointer.setAttribute('visibility', 'visible');
  const { left, top, width } = svg.getBoundingClientRect();
  const scale = width / svg.viewBox.baseVal.width;
  show(itemText(itemAt(map, point)), left + x * scale, top + y * scale);
}

function itemText(item: number): string {
  const { items } = pageData();
  if (items === undefined) return '';
  const labels = items.labels.map(({ name, classes, codes }) => {
    const k = decodeClasses(codes[item] ?? '-')[0]!;
    return `${name}: ${classes[k] ?? 'none'}`;
  });
  const text = items.texts?.[item] ?? '';
  return [items.ids[item] ?? '', labels.join(', '), text.length > 160 ? `${text.slice(0, 160)}…` : text]
    .filter((line) => line !== '')
    .join('\n');
}

function nearest({ svg, map }: Drawn, clientX: number, clientY: number): number {
  const { left, top, width } = svg.getBoundingClientRect();
  const scale = (width / svg.viewBox.baseVal.width) * MAP_GRID;
  const [x, y] = [(clientX - left) / scale, (clientY - top) / scale];
  let best = -1;
  let least = (REACH / scale) ** 2;
  for (let p = 0; p < pointCount(map); p++) {
    const distance = (map.places[2 * p]! - x) ** 2 + (map.places[2 * p + 1]! - y) ** 2;
    if (distance < least) {
      least = distance;
      best = p;
    }
  }
  return best;
}

/** The nearest point that lies in the direction more than beside it; the same point at the edge. */
function towards(map: MapData, from: number, [dx, dy]: readonly [number, number]): number {
  const [x, y] = [map.places[2 * from]!, map.places[2 * from + 1]!];
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let p = 0; p < pointCount(map); p++) {
    const [ox, oy] = [map.places[2 * p]! - x, map.places[2 * p + 1]! - y];
    const along = ox * dx + oy * dy;
    const beside = Math.abs(ox * dy) + Math.abs(oy * dx);
    const distance = ox * ox + oy * oy;
    if (along > 0 && along >= beside && distance < least) {
      least = distance;
      best = p;
    }
  }
  return best;
}

function recolour(figure: HTMLElement, column: number): void {
  const { items } = pageData();
  const map = mapOf(figure);
  const cloud = figure.querySelector('.cloud');
  if (items === undefined || cloud === null) return;
  const groups = groupsBy(items, map, column);
  cloud.replaceChildren(...groups.map(({ path, glyph }) => pathElement(path, glyph)));
  figure
    .querySelector('.legend')
    ?.replaceChildren(
      ...groups.map(({ name, count, glyph }) =>
        element('li', {}, [glyphSample(glyph), element('bdi', { textContent: `${name} (${count})` })]),
      ),
    );
}

function groupsBy(items: ItemData, map: MapData, column: number) {
  const label = items.labels[column]!;
  const classOf = decodeClasses(label.codes);
  const names = [...label.classes, 'no label'];
  const paths = names.map(() => [] as string[]);
  for (let p = 0; p < pointCount(map); p++) {
    const k = classOf[itemAt(map, p)] ?? -1;
    const glyph = k === -1 ? names.length - 1 : k;
    paths[glyph]!.push(mapGlyph(glyph, [map.places[2 * p]!, map.places[2 * p + 1]!]));
  }
  return names
    .map((name, glyph) => ({ name, glyph, count: paths[glyph]!.length, path: paths[glyph]!.join('') }))
    .filter(({ count }) => count > 0);
}

function pathElement(d: string, glyph: number): SVGPathElement {
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', d);
  path.setAttribute('stroke', seriesStyle(glyph).colour);
  path.setAttribute('class', glyphClass(glyph));
  return path;
}

function glyphSample(glyph: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({
    class: 'sample cloud',
    width: '14',
    height: '12',
    viewBox: '-7 -6 14 12',
  })) {
    svg.setAttribute(name, value);
  }
  const path = pathElement(mapGlyph(glyph, [0, 0]), glyph);
  path.setAttribute('transform', `scale(${MAP_GRID})`);
  svg.append(path);
  svg.setAttribute('aria-hidden', 'true');
  return svg;
}
