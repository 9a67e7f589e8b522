import type { PageData } from '../page/page-data.ts';
import { type ConfusionCell, confusionGrid } from './confusion-grid.ts';
import { announce, element } from './dom.ts';
import { itemDetail, itemText } from './item-detail.ts';
import { createItemList } from './item-list.ts';
import { pageData } from './page-data.ts';
import { type Predictions, predictionsOf, type Selection, selectItems } from './predictions.ts';

/**
 * From a confusion matrix to its items, from two cells to the items on which they differ. Built when the section
 * comes near, so that a page with many cells reacts at once.
 */
export function errorView(): void {
  const root = document.getElementById('error-view');
  const section = root?.closest('section');
  if (root === null || section === null || section === undefined) return;
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      start(root);
    },
    { rootMargin: '600px 0px' },
  );
  observer.observe(section);
}

function start(root: HTMLElement): void {
  const data = pageData();
  if (data.classifications.length === 0) return;
  document.getElementById('error-sample')!.hidden = true;
  root.hidden = false;
  build(root, data, { first: Number(root.dataset['cell'] ?? 0), against: root.dataset['against'] });
}

/** What is chosen at first. */
interface ShownCells {
  readonly first: number;
  readonly against: string | undefined;
}

interface Controls {
  readonly first: HTMLSelectElement;
  readonly second: HTMLSelectElement;
  readonly flips: HTMLSelectElement;
  readonly query: HTMLInputElement;
}

function build(root: HTMLElement, data: PageData, shown: ShownCells): void {
  const controls = createControls(data, shown);
  const grid = element('div', { className: 'table' });
  const count = element('p', { className: 'error-count' });
  const detail = element('div');
  let pressed: ConfusionCell | undefined;
  const list = createItemList(
    'Items',
    (item) => ({ title: itemText(data, item), detail: verdictLine(data, controls, item) }),
    (item) =>
      detail.replaceChildren(itemDetail(data, item, relatedCells(data, controls), controls.first.value)),
  );
  const refresh = () => {
    const predictions = predictionsOf(data, controls.first.selectedIndex);
    const selection = selectionOf(data, controls, pressed);
    controls.flips.disabled = selection.against === undefined;
    grid.replaceChildren(
      confusionGrid(predictions, pressed, (cell) => {
        pressed = cell;
        refresh();
        grid.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
      }),
    );
    const items = selectItems(predictions, selection, (item) => itemText(data, item));
    count.textContent = countSentence(items.length, predictions, selection);
    announce(count.textContent);
    list.show(items);
  };
  for (const control of [controls.first, controls.second, controls.flips]) {
    control.addEventListener('change', () => {
      if (control === controls.first) pressed = undefined;
      refresh();
    });
  }
  controls.query.addEventListener('input', refresh);
  root.append(
    toolbar(controls),
    grid,
    count,
    element('div', { className: 'error-body' }, [list.element, detail]),
    ...cutNote(data),
  );
  refresh();
}

function createControls(data: PageData, { first: firstCell, against }: ShownCells): Controls {
  const names = data.classifications.map(({ name }) => name);
  const first = element(
    'select',
    { id: 'error-first' },
    names.map((name) => new Option(name)),
  );
  first.selectedIndex = firstCell;
  const second = element('select', { id: 'error-second' }, [
    new Option('–'),
    ...names.map((name) => new Option(name)),
  ]);
  if (against !== undefined) second.selectedIndex = Number(against) + 1;
  return {
    first,
    second,
    flips: element('select', { id: 'error-flips' }, [
      new Option('all that differ', 'all'),
      new Option('only the first is right', 'onlyFirst'),
      new Option('only the second is right', 'onlySecond'),
      new Option('both are wrong', 'neither'),
    ]),
    query: element('input', { id: 'error-query', type: 'search', placeholder: 'words of the text' }),
  };
}

function toolbar({ first, second, flips, query }: Controls): HTMLElement {
  return element('div', { className: 'error-tools' }, [
    element('label', {}, ['Vectors', first]),
    element('label', {}, ['Differ from', second]),
    element('label', {}, ['Show', flips]),
    element('label', {}, ['Find', query]),
  ]);
}

function selectionOf(data: PageData, controls: Controls, cell: ConfusionCell | undefined): Selection {
  const second = controls.second.selectedIndex - 1;
  return {
    ...(cell === undefined ? {} : { cell }),
    ...(second < 0 ? {} : { against: predictionsOf(data, second) }),
    flips: controls.flips.value as Selection['flips'],
    query: controls.query.value,
  };
}

function countSentence(count: number, predictions: Predictions, { cell, against }: Selection): string {
  const held = `of ${predictions.items.length} held-out items`;
  const taken =
    cell === undefined
      ? ''
      : ` with true class ${predictions.classes[cell.truth]} taken for ${predictions.classes[cell.predicted]}`;
  if (against !== undefined) return `${count} ${held}${taken} differ between the two.`;
  return cell === undefined ? `${count} ${held} are classified wrongly.` : `${count} ${held}${taken}.`;
}

function verdictLine(data: PageData, controls: Controls, item: number): string {
  const first = predictionsOf(data, controls.first.selectedIndex);
  const name = (k: number | undefined) => first.classes[k ?? -1] ?? 'none';
  const line = `${name(first.truthOf(item))} taken for ${name(first.predictedOf(item))}`;
  const second = controls.second.selectedIndex - 1;
  if (second < 0) return line;
  const other = predictionsOf(data, second);
  return `${line}, by the second for ${other.classes[other.predictedOf(item) ?? -1] ?? 'none'}`;
}

/** The cells that differ from the chosen one in width alone, and the one it is compared with. */
function relatedCells(data: PageData, controls: Controls): number[] {
  const { axes, tags } = data.tags;
  const width = axes.findIndex(({ axis }) => axis === 'dimensions');
  const tagOf = (cell: number) => tags[data.classifications[cell]!.tag] ?? [];
  const own = tagOf(controls.first.selectedIndex);
  const related = data.classifications.flatMap((_, cell) =>
    tagOf(cell).every((value, axis) => axis === width || value === (own[axis] ?? -1)) ? [cell] : [],
  );
  const second = controls.second.selectedIndex - 1;
  return second < 0 || related.includes(second) ? related : [...related, second];
}

function cutNote({ items }: PageData): HTMLElement[] {
  if (items?.texts === undefined) {
    return [
      element('p', {
        className: 'caption',
        textContent: 'The run kept no texts (report.texts: false): items are shown by id.',
      }),
    ];
  }
  if (items.cutAt === undefined) return [];
  return [
    element('p', {
      className: 'caption',
      textContent: `Texts longer than ${items.cutAt} characters are cut here; the record has them whole.`,
    }),
  ];
}
