import { escapeMarkup, type SafeMarkup, trustedMarkup } from '../page/markup.ts';

/** Stands between the number of a mark's axis values and its text inside a chart mark's title. */
const SEPARATOR = '\u0001';

/** Title of a chart mark: the number of its axis values (see `page/tags.ts`), and what a reader is told. */
export function markTitle(tag: number | undefined, tip: string): string {
  return `${tag ?? ''}${SEPARATOR}${tip}`;
}

/** Attributes that Plot writes and a page with its own styles and one label per chart does not want. */
const DROPPED = new Set([
  'aria-label',
  'aria-hidden',
  'font-family',
  'font-variant',
  'style',
  'width',
  'height',
]);

/** Groups that styles address, by the label that Plot gives them. */
const GROUP_CLASSES: Readonly<Record<string, string>> = {
  'x-grid': 'grid',
  'y-grid': 'grid',
  'x-axis tick': 'tick',
  'y-axis tick': 'tick',
};

/**
 * Writes a chart as markup: coordinates rounded to a tenth of a pixel, Plot's own style element and labels left
 * out, all text escaped, and {@link markTitle} split into a `data-k` attribute and a plain title.
 *
 * @param label one sentence that says what the chart shows; the chart's accessible name
 */
export function svgMarkup(svg: Element, label: string): SafeMarkup {
  const width = svg.getAttribute('width') ?? '0';
  const height = svg.getAttribute('height') ?? '0';
  const inner = [...svg.childNodes].map((child) => nodeMarkup(child)).join('');
  return trustedMarkup(
    `<svg class="plot" role="img" aria-label="${escapeMarkup(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" text-anchor="middle" fill="currentColor">${inner}</svg>`,
  );
}

function nodeMarkup(node: Node): string {
  if (node.nodeType === 3) return escapeMarkup(node.textContent ?? '');
  if (node.nodeType !== 1) return '';
  const element = node as Element;
  const name = element.localName;
  if (name === 'style') return '';
  if (name === 'title') return titleMarkup(tipOf(element));
  const children = [...element.childNodes].map((child) => nodeMarkup(child)).join('');
  const attributes = attributesMarkup(element);
  if (name === 'g' && children === '') return '';
  return children === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${children}</${name}>`;
}

function titleMarkup(tip: string): string {
  return tip === '' ? '' : `<title>${escapeMarkup(tip)}</title>`;
}

function attributesMarkup(element: Element): string {
  const parts = [...element.attributes]
    .filter((attribute) => !DROPPED.has(attribute.name) || isGeometry(element, attribute.name))
    .map((attribute) => ` ${attribute.name}="${escapeMarkup(rounded(attribute.name, attribute.value))}"`);
  const group = GROUP_CLASSES[element.getAttribute('aria-label') ?? ''];
  if (group !== undefined) parts.push(` class="${group}"`);
  const title = [...element.children].find((child) => child.localName === 'title');
  const tag = title?.textContent?.split(SEPARATOR)[0];
  if (tag !== undefined && /^\d+$/.test(tag)) parts.push(` data-k="${tag}"`);
  return parts.join('');
}

/** `width` and `height` size a rectangle; on the chart itself they are written once, above. */
function isGeometry(element: Element, attribute: string): boolean {
  return element.localName === 'rect' && (attribute === 'width' || attribute === 'height');
}

function tipOf(title: Element): string {
  const text = title.textContent ?? '';
  return text.slice(text.indexOf(SEPARATOR) + 1);
}

const NUMERIC = new Set([
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'r',
  'width',
  'height',
]);

function rounded(name: string, value: string): string {
  if (!NUMERIC.has(name)) return value;
  return value.replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10));
}
