import { element } from './dom.ts';

/** Height of a row in pixels: the same for all, so that any number of them costs the same. Matches the stylesheet. */
const ROW = 72;
/** Rows kept ready beyond both edges. */
const SPARE = 6;

export interface ListRow {
  readonly title: string;
  readonly detail: string;
}

export interface ItemList {
  readonly element: HTMLElement;
  /** Shows other items; the first becomes the selected one. */
  show(items: readonly number[]): void;
}

/**
 * A list of which only the rows in view exist. One stop for the keyboard; arrows, page keys, Home and End move the
 * selection, which is told through `aria-activedescendant`.
 */
export function createItemList(
  label: string,
  rowOf: (item: number) => ListRow,
  onSelect: (item: number | undefined) => void,
): ItemList {
  const height = element('div', { role: 'presentation' });
  const list = element('div', { className: 'items', tabIndex: 0, role: 'listbox', ariaLabel: label }, [
    height,
  ]);
  let items: readonly number[] = [];
  let selected = 0;
  const draw = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
    const last = Math.min(items.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
    const rows: HTMLElement[] = [];
    for (let i = first; i < last; i++) rows.push(rowElement(i, items, rowOf(items[i]!), i === selected));
    height.replaceChildren(...rows);
    if (selected >= first && selected < last) list.setAttribute('aria-activedescendant', optionId(selected));
    else list.removeAttribute('aria-activedescendant');
  };
  const select = (i: number) => {
    selected = Math.max(0, Math.min(i, items.length - 1));
    reveal(list, selected);
    draw();
    onSelect(items[selected]);
  };
  list.addEventListener('scroll', draw, { passive: true });
  list.addEventListener('click', (event) => {
    const row = (event.target as Element).closest<HTMLElement>('[role="option"]');
    if (row !== null) select(Number(row.dataset['i']));
  });
  list.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const next = nextIndex(event.key, selected, page, items.length);
    if (next === undefined) return;
    event.preventDefault();
    select(next);
  });
  return {
    element: list,
    show(next) {
      items = next;
      height.style.height = `${items.length * ROW}px`;
      list.scrollTop = 0;
      selected = 0;
      draw();
      onSelect(items[0]);
    },
  };
}

function rowElement(i: number, items: readonly number[], row: ListRow, isSelected: boolean): HTMLElement {
  const option = element('div', { role: 'option', id: optionId(i), ariaSelected: String(isSelected) }, [
    element('span', { className: 'text-line', dir: 'auto', textContent: row.title }),
    element('span', { className: 'verdict-line', textContent: row.detail }),
  ]);
  option.dataset['i'] = String(i);
  option.setAttribute('aria-posinset', String(i + 1));
  option.setAttribute('aria-setsize', String(items.length));
  option.style.top = `${i * ROW}px`;
  return option;
}

function optionId(i: number): string {
  return `item-option-${i}`;
}

function reveal(list: HTMLElement, i: number): void {
  const top = i * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
}

function nextIndex(key: string, at: number, page: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1;
    case 'ArrowUp':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
