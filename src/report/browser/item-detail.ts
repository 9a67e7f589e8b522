import { decodeClasses, type PageData } from '../page/page-data.ts';
import { element } from './dom.ts';
import { predictionsOf } from './predictions.ts';

/**
 * Everything the page knows about one item: its text, labels, what each cell takes it for, and its neighbours; those
 * of the chosen vectors are open.
 */
export function itemDetail(
  data: PageData,
  item: number | undefined,
  shownCells: readonly number[],
  chosen: string,
): HTMLElement {
  const panel = element('div', { className: 'detail', ariaLabel: 'Selected item' });
  panel.setAttribute('role', 'group');
  if (item === undefined) {
    panel.append(element('p', { textContent: 'No item fits.' }));
    return panel;
  }
  panel.append(
    element('h4', { textContent: data.items?.ids[item] ?? '' }),
    element('p', { className: 'full-text', dir: 'auto', textContent: itemText(data, item) }),
    element('p', { className: 'verdict-line', textContent: labelLine(data, item) }),
    predictionTable(data, item, shownCells),
    ...neighbourLists(data, item, chosen),
  );
  return panel;
}

export function itemText(data: PageData, item: number): string {
  return data.items?.texts?.[item] ?? data.items?.ids[item] ?? '';
}

function labelLine({ items }: PageData, item: number): string {
  return (items?.labels ?? [])
    .map(({ name, classes, codes }) => `${name}: ${classes[decodeClasses(codes[item] ?? '-')[0]!] ?? 'none'}`)
    .join(' · ');
}

function predictionTable(data: PageData, item: number, cells: readonly number[]): HTMLElement {
  const rows = cells.flatMap((cell) => {
    const predictions = predictionsOf(data, cell);
    const predicted = predictions.predictedOf(item);
    if (predicted === undefined) return [];
    const isRight = predicted === predictions.truthOf(item);
    return [
      element('tr', {}, [
        element('th', { scope: 'row', textContent: predictions.name }),
        element('td', { textContent: `${isRight ? '✓' : '✕'} ${predictions.classes[predicted] ?? ''}` }),
      ]),
    ];
  });
  const table = element('table', {}, [
    element('caption', { textContent: 'Taken for' }),
    element('thead', {}, [
      element('tr', {}, [
        element('th', { scope: 'col', textContent: 'Vectors' }),
        element('th', { scope: 'col', textContent: 'Class' }),
      ]),
    ]),
    element('tbody', {}, rows),
  ]);
  return element('div', { className: 'table', role: 'group', tabIndex: 0, ariaLabel: 'Taken for' }, [table]);
}

/** Nearest items at each width that the run kept them for. */
function neighbourLists(data: PageData, item: number, chosen: string): HTMLElement[] {
  const lists = data.neighbours.flatMap(({ name, of, nearest }) => {
    const position = of.indexOf(item);
    return position === -1 ? [] : [{ name, near: nearest[position]! }];
  });
  return lists.map(({ name, near }) => {
    const entries: HTMLElement[] = [];
    for (let i = 0; i + 1 < near.length; i += 2) {
      const other = near[i]!;
      const label = firstLabel(data, other);
      entries.push(
        element('li', {}, [
          element('bdi', { textContent: itemText(data, other) }),
          element('small', { textContent: ` ${label}, cosine ${(near[i + 1]! / 1e4).toFixed(4)}` }),
        ]),
      );
    }
    return element('details', { className: 'nearest', open: chosen.startsWith(`${name} · `) }, [
      element('summary', { textContent: `Nearest at ${name}` }),
      element('ol', {}, entries),
    ]);
  });
}

function firstLabel({ items }: PageData, item: number): string {
  const column = items?.labels[0];
  if (column === undefined) return '';
  return column.classes[decodeClasses(column.codes[item] ?? '-')[0]!] ?? 'no label';
}
