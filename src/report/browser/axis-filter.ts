import type { PackedTags } from '../page/tags.ts';
import { all, announce } from './dom.ts';
import { formatHash, type HashState, parseHash } from './hash-state.ts';
import { pageData } from './page-data.ts';

/** Shows only what belongs to the chosen axis values, and keeps the choice in the address. */
export function axisFilter(): void {
  const box = document.querySelector<HTMLDetailsElement>('.filter');
  const form = box?.querySelector('form');
  let state = parseHash(location.hash);
  if (box === null || form === null || form === undefined) return;
  box.hidden = false;
  box.open = window.matchMedia('(min-width: 70rem)').matches;
  const show = (next: HashState) => {
    state = next;
    check(form, state);
    apply(pageData().tags, state);
    describe(box, state);
  };
  form.addEventListener('change', () => {
    show({ ...state, axes: chosen(form) });
    history.replaceState(null, '', formatHash(state) || location.pathname + location.search);
    announce(summary(state));
  });
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    show({ ...state, axes: new Map() });
    history.replaceState(null, '', formatHash(state) || location.pathname + location.search);
    announce(summary(state));
  });
  toggles(
    () => state,
    (next) => {
      show(next);
      history.replaceState(null, '', formatHash(state) || location.pathname + location.search);
      announce(summary(state));
    },
  );
  keepWhileMoving(() => state, show);
  if (state.axes.size > 0) {
    show(state);
    goTo(state.at);
    stayAt(state.at);
  }
}

/** Buttons that choose a few values of one axis at once. */
function toggles(current: () => HashState, choose: (state: HashState) => void): void {
  for (const button of toggleButtons()) {
    button.parentElement!.hidden = false;
    button.addEventListener('click', () => {
      const { axis, values } = toggleOf(button);
      const axes = new Map(current().axes);
      if (isPressed(button)) axes.delete(axis);
      else axes.set(axis, new Set(values));
      choose({ ...current(), axes });
    });
  }
}

function toggleButtons(): HTMLButtonElement[] {
  return all<HTMLButtonElement>('.toggle button');
}

function toggleOf(button: HTMLButtonElement): { axis: string; values: string[] } {
  return { axis: button.dataset['axis']!, values: button.dataset['values']!.split(',') };
}

function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-pressed') === 'true';
}

/** Going to a section keeps the filter in the address; an address that is pasted in is followed. */
function keepWhileMoving(current: () => HashState, show: (state: HashState) => void): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest?.('a[href^="#"]');
    const at = link?.getAttribute('href')?.slice(1);
    if (at === undefined || current().axes.size === 0) return;
    event.preventDefault();
    show({ ...current(), at });
    history.replaceState(null, '', formatHash(current()));
    goTo(at);
  });
  window.addEventListener('hashchange', () => {
    const next = parseHash(location.hash);
    show(next);
    if (next.axes.size > 0) goTo(next.at);
  });
}

function goTo(id: string | undefined): void {
  if (id === undefined) return;
  const target = document.getElementById(id);
  target?.scrollIntoView();
  if (id === 'main') target?.focus({ preventScroll: true });
}

/** Frames in which sections that come into view may still get their true heights. */
const SETTLING_FRAMES = 30;

/**
 * While a page opens its sections are laid out as they come into view, which moves the one that was asked for:
 * follows it until the reader moves.
 */
function stayAt(id: string | undefined): void {
  const target = id === undefined ? null : document.getElementById(id);
  if (target === null) return;
  const moved = new AbortController();
  for (const event of ['wheel', 'touchstart', 'pointerdown', 'keydown', 'hashchange']) {
    window.addEventListener(event, () => moved.abort(), { signal: moved.signal, passive: true });
  }
  let left = SETTLING_FRAMES;
  const follow = (): void => {
    if (moved.signal.aborted) return;
    target.scrollIntoView({ behavior: 'instant' });
    if (--left > 0) requestAnimationFrame(follow);
    else moved.abort();
  };
  requestAnimationFrame(follow);
}

function chosen(form: HTMLFormElement): Map<string, Set<string>> {
  const axes = new Map<string, Set<string>>();
  for (const input of all<HTMLInputElement>('input:checked', form)) {
    axes.set(input.name, (axes.get(input.name) ?? new Set()).add(input.value));
  }
  return axes;
}

function check(form: HTMLFormElement, { axes }: HashState): void {
  for (const input of all<HTMLInputElement>('input', form)) {
    input.checked = axes.get(input.name)?.has(input.value) ?? false;
  }
  for (const button of toggleButtons()) {
    const { axis, values } = toggleOf(button);
    const shown = axes.get(axis);
    const isChosen = shown?.size === values.length && values.every((value) => shown.has(value));
    button.setAttribute('aria-pressed', String(isChosen));
  }
}

function apply({ axes, tags }: PackedTags, state: HashState): void {
  const wanted = axes.map(({ axis, values }) => {
    const shown = state.axes.get(axis);
    return shown === undefined ? undefined : values.map((value) => shown.has(value));
  });
  const hidden = tags.map((tag) =>
    tag.some((value, axis) => value >= 0 && wanted[axis] !== undefined && !wanted[axis][value]),
  );
  for (const marked of all<HTMLElement | SVGElement>('[data-k]')) {
    marked.classList.toggle('off', hidden[Number(marked.dataset['k'])] === true);
  }
}

function describe(box: HTMLElement, state: HashState): void {
  const text = box.querySelector('.state');
  if (text !== null) text.textContent = summary(state);
}

function summary({ axes }: HashState): string {
  if (axes.size === 0) return 'all cells';
  return [...axes.values()].map((values) => [...values].join(', ')).join(' · ');
}
