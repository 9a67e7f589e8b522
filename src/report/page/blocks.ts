import type { Badge } from './badge.ts';
import type { SafeMarkup } from './markup.ts';
import type { TableModel } from './table-model.ts';

/** One entry of a chart's legend; the sample line and symbol are drawn by the template. */
export interface LegendEntry {
  readonly name: string;
  readonly sample: SafeMarkup;
  readonly tag?: number;
}

export interface Figure {
  readonly title: string;
  readonly svg: SafeMarkup;
  /** How to read it, and what it rests on. */
  readonly caption: string;
  readonly legend?: readonly LegendEntry[];
  /** The figures behind the picture. */
  readonly table: TableModel;
  /** Axis values that the whole figure stands for: it is hidden when they are filtered out. */
  readonly tag?: number;
}

export interface Fact {
  readonly term: string;
  readonly value: string;
  readonly detail?: string;
}

export interface Notice {
  readonly badge: Badge;
  readonly title: string;
  readonly text: string;
  /** A flag or line that mends it. */
  readonly mend?: string;
}

/**
 * What a section is made of. The kind is the name of the template that shows it (`templates/<kind>.hbs`), so a
 * page of several runs is made of the same parts.
 */
export type Block =
  | { readonly kind: 'prose'; readonly paragraphs: readonly string[] }
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'figures'; readonly figures: readonly Figure[]; readonly small?: boolean }
  | { readonly kind: 'table'; readonly table: TableModel }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'notices'; readonly notices: readonly Notice[] }
  | { readonly kind: 'text'; readonly title: string; readonly text: string }
  | { readonly kind: 'disclosure'; readonly title: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'subsection'; readonly title: string; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'toggle';
      readonly label: string;
      /** Pressed, the page shows these values of the axis alone. */
      readonly axis: string;
      readonly values: readonly string[];
    }
  | {
      readonly kind: 'error-view';
      /** Position of the first shown cell among the page data's classifications. */
      readonly cell: number;
      /** Position of the cell that it is compared with at first. */
      readonly against?: number;
      /** What a reader without script gets instead. */
      readonly tables: readonly TableModel[];
    }
  | {
      readonly kind: 'vector-maps';
      readonly maps: readonly VectorMapFigure[];
      readonly labels: readonly string[];
    };

export interface VectorMapFigure {
  readonly title: string;
  readonly svg: SafeMarkup;
  readonly facts: readonly Fact[];
  readonly note?: string;
  readonly legend: readonly LegendEntry[];
  readonly tag: number;
}

export interface Section {
  /** Anchor in the page. */
  readonly id: string;
  readonly title: string;
  /** The section's own answer, in a sentence. */
  readonly lead?: string;
  readonly blocks: readonly Block[];
}
