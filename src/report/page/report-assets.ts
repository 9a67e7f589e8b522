/** What a page is made with, read from files by the composition root and passed in. */
export interface ReportAssets {
  /** Handlebars sources by name: `templates/<name>.hbs`. */
  readonly templates: Readonly<Record<string, string>>;
  /** The stylesheets, in order, as one text. */
  readonly styles: string;
  /** The bundled browser script. */
  readonly script: string;
}
