import { all } from './dom.ts';
import { hideTip, sayTip, showTip } from './tooltip.ts';

/** A drawn thing with something to tell. */
interface Mark {
  readonly element: SVGGraphicsElement;
  readonly text: string;
}

/** Pixels around a point within which the pointer means it. */
const REACH = 18;
const marksOf = new WeakMap<Element, Mark[]>();
let current: { chart: Element; mark: Mark } | undefined;

/** Hover and arrow keys tell the figure behind every mark of every chart. */
export function chartTips(): void {
  for (const chart of all<HTMLElement>('.chart')) {
    if (chart.closest('[data-map]') !== null) continue;
    chart.addEventListener('pointermove', (event) => {
      const mark = markAt(chart, event);
      if (mark === undefined) leave();
      else point(chart, mark, () => showTip(mark.text, event.clientX, event.clientY));
    });
    chart.addEventListener('pointerleave', leave);
    chart.addEventListener('blur', leave);
    chart.addEventListener('keydown', (event) => step(chart, event));
    chart.setAttribute('aria-describedby', 'chart-help');
  }
}

/** Titles become ours, so that the browser's own box does not come up beside it. */
function marksIn(chart: Element): Mark[] {
  let marks = marksOf.get(chart);
  if (marks === undefined) {
    marks = all<SVGTitleElement>('title', chart).map((title) => ({
      element: title.parentNode as SVGGraphicsElement,
      text: title.textContent ?? '',
    }));
    for (const title of all('title', chart)) title.remove();
    marksOf.set(chart, marks);
  }
  return marks.filter((mark) => !mark.element.classList.contains('off'));
}

function markAt(chart: Element, event: PointerEvent): Mark | undefined {
  const marks = marksIn(chart);
  let nearest: Mark | undefined;
  let least = REACH;
  for (const mark of marks) {
    if (isLine(mark.element)) continue;
    const { left, top, width, height } = mark.element.getBoundingClientRect();
    const dx = Math.max(left - event.clientX, 0, event.clientX - left - width);
    const dy = Math.max(top - event.clientY, 0, event.clientY - top - height);
    const distance = Math.hypot(dx, dy);
    if (distance < least) {
      least = distance;
      nearest = mark;
    }
  }
  return nearest ?? marks.find((mark) => mark.element === event.target);
}

/** A line's box says nothing about where the line is. */
function isLine(element: SVGGraphicsElement): boolean {
  return element.localName === 'path' && !element.hasAttribute('transform');
}

function step(chart: HTMLElement, event: KeyboardEvent): void {
  const marks = marksIn(chart);
  const at = current?.chart === chart ? marks.indexOf(current.mark) : -1;
  const next = targetOf(event.key, marks, at);
  if (event.key === 'Escape') leave();
  if (next === undefined) return;
  event.preventDefault();
  const mark = marks[next]!;
  mark.element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const { left, top, width, height } = mark.element.getBoundingClientRect();
  point(chart, mark, () => sayTip(mark.text, left + width / 2, top + height / 2));
}

/** Left and right go through the marks, up and down to the next group of them. */
function targetOf(key: string, marks: readonly Mark[], at: number): number | undefined {
  if (marks.length === 0) return undefined;
  const group = (i: number) => marks[i]?.element.parentNode;
  switch (key) {
    case 'ArrowRight':
      return Math.min(at + 1, marks.length - 1);
    case 'ArrowLeft':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return marks.length - 1;
    case 'ArrowDown': {
      const next = marks.findIndex((_, i) => i > at && group(i) !== group(at));
      return next === -1 ? marks.length - 1 : next;
    }
    case 'ArrowUp': {
      const previous = marks.findLastIndex((_, i) => i < at && group(i) !== group(at));
      return previous === -1 ? 0 : previous;
    }
    default:
      return undefined;
  }
}

function point(chart: Element, mark: Mark, show: () => void): void {
  if (current?.mark !== mark) {
    current?.mark.element.classList.remove('now');
    mark.element.classList.add('now');
    current = { chart, mark };
  }
  show();
}

function leave(): void {
  if (current === undefined) return;
  current.mark.element.classList.remove('now');
  current = undefined;
  hideTip();
}
