import { announce } from './dom.ts';

/** Distance between the pointer's place and the box. */
const GAP = 12;

/** Shows a text beside a place of the window, and keeps the box inside it. */
export function showTip(text: string, x: number, y: number): void {
  const tip = box();
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const right = document.documentElement.clientWidth;
  const left = x + GAP + width > right ? Math.max(4, x - GAP - width) : x + GAP;
  const top = y - height - GAP < 4 ? y + GAP : y - height - GAP;
  tip.style.left = `${left + window.scrollX}px`;
  tip.style.top = `${top + window.scrollY}px`;
}

/** Shows it and reads it out: for the keyboard. */
export function sayTip(text: string, x: number, y: number): void {
  showTip(text, x, y);
  announce(text);
}

export function hideTip(): void {
  box().hidden = true;
}

function box(): HTMLElement {
  return document.getElementById('tip')!;
}
