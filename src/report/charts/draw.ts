import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { SafeMarkup } from '../page/markup.ts';
import { svgMarkup } from './svg-markup.ts';

/** A document without a browser, for Plot to build its elements in. */
const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Draws a chart and writes it as markup; equal options give equal markup. */
export function draw(label: string, options: Omit<Plot.PlotOptions, 'document'>): SafeMarkup {
  const chart = Plot.plot({
    ...options,
    document: document as unknown as Document,
    color: { type: 'identity' },
    symbol: { type: 'identity' },
    r: { type: 'identity' },
  });
  return svgMarkup(chart, label);
}

/** An SVG element with attributes, for marks that Plot does not have. */
export function svgElement(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name) as unknown as SVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
