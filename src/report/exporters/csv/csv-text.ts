import { visibleText } from '../../../core/visible-text.ts';

export type CsvValue = string | number | undefined;

/**
 * Rows as RFC 4180 with line feeds, one record per line. Numbers keep all their digits; what was not measured is
 * an empty field. A text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@` at its start) gets an
 * apostrophe in front; line breaks inside a text become spaces.
 */
export function csvText(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function field(value: CsvValue): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const line = visibleText(value).replace(/\s+/g, ' ').replaceAll('##[', '## [');
  const text = /^\s*[=+\-@]/.test(line) ? `'${line}` : line;
  return /[",\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
