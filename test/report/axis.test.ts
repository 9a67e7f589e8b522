import { describe, expect, test } from 'vitest';
import { curveChart } from '../../src/report/charts/curve-chart.ts';
import { intervalChart } from '../../src/report/charts/interval-chart.ts';
import { seriesStyle } from '../../src/report/charts/series-style.ts';

const WIDTHS = [32, 64, 128, 256, 512, 1024, 1536, 2560];

/** Every text of the chart with its place along x. */
function texts(svg: string): { text: string; x: number }[] {
  return [...svg.matchAll(/<text[^>]*translate\((-?[\d.]+),[^>]*>([^<]+)</g)].map(([, x, text]) => ({
    text: text!,
    x: Number(x),
  }));
}

function chart(
  points: readonly (readonly [number, number])[],
  width: number,
  ticks?: readonly number[],
): string {
  return curveChart({
    label: 'a chart',
    width,
    height: 240,
    x: { label: 'dimensions', scale: 'log', ...(ticks === undefined ? {} : { ticks }) },
    y: { label: 'ms', scale: 'log' },
    series: [
      { name: 'one', style: seriesStyle(0), points: points.map(([x, y]) => ({ x, y, tip: 'a tip' })) },
    ],
    intervals: 'none',
    names: false,
  }).toHTML();
}

describe('names of ticks', () => {
  const line = WIDTHS.map((width) => [width, width] as const);

  test('every width has its name where there is room', () => {
    const names = texts(chart(line, 860, WIDTHS)).map(({ text }) => text);
    expect(names).toEqual(expect.arrayContaining(WIDTHS.map(String)));
  });

  test.each([300, 340, 440])('none runs into its neighbour at %i pixels, and the last is there', (width) => {
    const named = texts(chart(line, width, WIDTHS)).filter(({ text }) => WIDTHS.map(String).includes(text));
    expect(named.map(({ text }) => text)).toContain('2560');
    expect(named.length).toBeGreaterThanOrEqual(4);
    const sorted = named.toSorted((a, b) => a.x - b.x);
    for (const [i, { x, text }] of sorted.entries()) {
      const next = sorted[i + 1];
      if (next === undefined) break;
      expect(next.x - x).toBeGreaterThan(((text.length + next.text.length) / 2) * 6.5);
    }
  });

  test.each([
    ['within one step of a decade', [6.39, 6.64, 6.73]],
    ['all but equal', [0.2, 0.2001, 0.2002]],
    ['over five decades', [0.01, 1, 1000]],
  ])('a log axis has at least two names: values %s', (_, values) => {
    const found = texts(
      chart(
        values.map((y, i) => [32 * (i + 1), y]),
        440,
        [32, 64, 96],
      ),
    );
    const numbers = found.filter(
      ({ text }) => /^[\d.\u202f]+$/.test(text) && !['32', '64', '96'].includes(text),
    );
    expect(numbers.length).toBeGreaterThanOrEqual(2);
  });
});

describe('names of rules', () => {
  test('two lines that are close lean away from each other', () => {
    const svg = intervalChart({
      label: 'a chart',
      width: 860,
      x: { label: 'difference', scale: 'linear' },
      rules: [
        { x: 0, label: 'no difference' },
        { x: -0.02, label: 'margin' },
      ],
      rows: [{ name: 'one', value: -0.4, low: -0.6, high: -0.2, verdict: 'bad', tip: 'a tip' }],
    }).toHTML();
    const anchorOf = (label: string) =>
      new RegExp(`text-anchor="(\\w+)"[^>]*><text[^>]*>${label}<`).exec(svg)?.[1];
    expect([anchorOf('margin'), anchorOf('no difference')]).toEqual(['end', 'start']);
  });
});
