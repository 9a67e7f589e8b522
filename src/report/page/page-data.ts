import type { PackedTags } from './tags.ts';

/**
 * What the page's script reads, as JSON in the page: written by the report, read by the browser. Items are
 * numbered in record order and everything refers to those numbers.
 */
export interface PageData {
  readonly tags: PackedTags;
  readonly items?: ItemData;
  readonly classifications: readonly ClassificationData[];
  readonly tests: readonly TestData[];
  readonly neighbours: readonly NeighbourData[];
  readonly maps: readonly MapData[];
}

/** Of a page without items. */
export const EMPTY_PAGE_DATA: Omit<PageData, 'tags'> = {
  classifications: [],
  tests: [],
  neighbours: [],
  maps: [],
};

export interface ItemData {
  readonly ids: readonly string[];
  /** Absent when the run keeps no texts. */
  readonly texts?: readonly string[];
  /** Texts longer than this many characters are cut. */
  readonly cutAt?: number;
  readonly labels: readonly LabelColumnData[];
}

export interface LabelColumnData {
  readonly name: string;
  readonly classes: readonly string[];
  /** Class number of each item, see {@link encodeClasses}. */
  readonly codes: string;
}

/** Predictions of one quality cell for its held-out items. */
export interface ClassificationData {
  readonly name: string;
  readonly tag: number;
  /** Index into `tests`. */
  readonly test: number;
  /** Class number that each held-out item was taken for. */
  readonly predicted: string;
}

/** Held-out items that many classifications share. */
export interface TestData {
  readonly items: readonly number[];
  readonly classes: readonly string[];
  /** True class number of each item. */
  readonly truth: string;
}

export interface NeighbourData {
  readonly name: string;
  readonly of: readonly number[];
  /** For each of `of`: item number and cosine in ten-thousandths, alternating, nearest first. */
  readonly nearest: readonly (readonly number[])[];
}

export interface MapData {
  /** Item of each point; absent when the map has every item in order. */
  readonly items?: readonly number[];
  /** x and y in grid units of the drawn map (`charts/map-geometry.ts`), alternating. */
  readonly places: readonly number[];
}

/** First character of the class codes; the ones after it stand for the next classes. */
const FIRST_CODE = 48;
/** Stands for no class: an item without a label. */
const NO_CLASS = '-';

/** One character per item; classes beyond the seventieth and so on go on into higher characters. */
export function encodeClasses(classes: readonly number[]): string {
  return classes.map((k) => (k < 0 ? NO_CLASS : codeOf(k))).join('');
}

/** Class numbers from their characters; −1 is no class. */
export function decodeClasses(codes: string): number[] {
  return [...codes].map((code) => (code === NO_CLASS ? -1 : classOf(code.codePointAt(0)!)));
}

/** Skips the characters that JSON or a script context would have to escape: `<`, `>`, `\` and controls. */
function codeOf(k: number): string {
  let point = FIRST_CODE;
  for (let left = k; ; point++) {
    if (isSkipped(point)) continue;
    if (left-- === 0) return String.fromCodePoint(point);
  }
}

function classOf(point: number): number {
  let k = 0;
  for (let p = FIRST_CODE; p < point; p++) if (!isSkipped(p)) k++;
  return k;
}

function isSkipped(point: number): boolean {
  return point === 60 || point === 62 || point === 92 || (point >= 127 && point <= 160);
}
