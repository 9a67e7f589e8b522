import { all, announce, element } from './dom.ts';

type Direction = 'ascending' | 'descending';

/** Makes every column head a button that sorts its table; figures sort as numbers, missing ones go last. */
export function sortTables(): void {
  for (const head of all<HTMLTableCellElement>('main thead th')) {
    const button = element('button', { type: 'button' }, [...head.childNodes]);
    button.addEventListener('click', () => sortBy(head));
    head.replaceChildren(button);
    head.setAttribute('aria-sort', 'none');
  }
}

function sortBy(head: HTMLTableCellElement): void {
  const direction: Direction = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
  const table = head.closest('table')!;
  for (const other of all('thead th', table)) other.setAttribute('aria-sort', 'none');
  head.setAttribute('aria-sort', direction);
  const body = table.tBodies[0]!;
  const keyed = [...body.rows].map((row) => ({ row, key: sortKey(row.cells[head.cellIndex]) }));
  const sign = direction === 'ascending' ? 1 : -1;
  keyed.sort((a, b) => compareKeys(a.key, b.key, sign));
  body.append(...keyed.map(({ row }) => row));
  announce(`Sorted by ${head.textContent}, ${direction}`);
}

/** A number where the cell holds one, its text otherwise, `undefined` where nothing was measured. */
function sortKey(cell: HTMLTableCellElement | undefined): number | string | undefined {
  if (cell === undefined) return undefined;
  const given = cell.dataset['v'];
  if (given !== undefined) return Number(given);
  const text = (cell.firstChild?.textContent ?? '').trim();
  if (text === '–' || text === '') return undefined;
  if (!cell.classList.contains('n')) return text;
  const value = Number.parseFloat(
    text
      .replace(/[\u202f\u00a0 ]/g, '')
      .replace('−', '-')
      .replace(/^<0/, '0'),
  );
  return Number.isNaN(value) ? text : value;
}

function compareKeys(a: number | string | undefined, b: number | string | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
}
