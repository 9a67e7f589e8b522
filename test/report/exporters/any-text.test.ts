import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../../src/report/exporters/csv/csv-text.ts';
import { annotationCommands } from '../../../src/report/exporters/github/annotations.ts';
import { jsonText } from '../../../src/report/exporters/json/json-text.ts';
import { junitXml } from '../../../src/report/exporters/junit/junit-xml.ts';
import { markdownText } from '../../../src/report/exporters/markdown/markdown-text.ts';
import { columnsOf, wrapped } from '../../../src/report/exporters/text/columns.ts';
import { textTable } from '../../../src/report/exporters/text/text-table.ts';

/** Any text, but with what has a meaning somewhere far more often than by chance. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        ...['|', '`', '::', '##[', '<', '&', '"', "'", '\n', '\r', '\t', '=', '@', '#1', '%0A'],
      ),
      fc.constantFrom(
        ...['\\', '情感', '\u0000', '\u001b[2J', '\u202e', '\ud800', ']]>', ' ', ',', '- ', '*', '_'],
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const PLAN = { seed: 42, numRuns: 400 };

describe('whatever a text holds', () => {
  it('CSV has it in one field of one line, and no formula', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const csv = csvText(['a', 'b', 'c'], [[a, 7, b]]);
        expect(csv.split('\n')).toHaveLength(3);
        const [, row] = parse(csv) as string[][];
        expect(row).toHaveLength(3);
        expect(row![1]).toBe('7');
        expect(row![0]).not.toMatch(/^\s*[=+\-@]/);
      }),
      PLAN,
    );
  });

  it('JSON gives it back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(JSON.parse(jsonText({ [text]: text }))).toEqual({ [text]: text });
      }),
      PLAN,
    );
  });

  it('XML is well-formed and has as many cases as were given', () => {
    const texts = fc.sample(anyText, { seed: 42, numRuns: 400 });
    const cases = texts.map((text, i) => ({
      classname: text,
      name: text,
      outcome: (['pass', 'failure', 'error', 'skipped'] as const)[i % 4]!,
      reason: text,
    }));
    const input = junitXml([{ name: 'any', startedAt: '', properties: { [texts[0]!]: texts[1] }, cases }]);
    const { stdout, stderr } = spawnSync('xmllint', ['--xpath', 'count(//testcase)', '-'], {
      input,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('400');
  });

  it('a Markdown table keeps its columns, and nothing is HTML', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = markdownText(text);
        expect(shown).not.toMatch(/[<>\n]/);
        expect(shown.replace(/\\\\/g, '').replace(/\\\|/g, '')).not.toContain('|');
        expect(shown.replace(/\\\\/g, '').replace(/\\`/g, '')).not.toContain('`');
      }),
      PLAN,
    );
  });

  it('a GitHub command is one line with one title', () => {
    fc.assert(
      fc.property(anyText, anyText, (title, message) => {
        const commands = annotationCommands([{ level: 'error', title, message }]);
        expect(commands).toMatch(/^::error title=[^:,\r\n]*::[^\r\n]*\n$/);
      }),
      PLAN,
    );
  });

  it('lines and tables keep their width, and lose no word', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 20, max: 60 }), (text, width) => {
        for (const line of wrapped(text, width)) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        const columns = [
          { head: 'One', least: 4 },
          { head: 'Two', least: 4, wraps: true },
        ];
        for (const line of textTable({ columns, rows: [[text, text]] }, width).lines) {
          expect(columnsOf(line)).toBeLessThanOrEqual(width);
        }
        const letters = (shown: string) => shown.replace(/\s/g, '');
        expect(letters(wrapped(text, width).join(''))).toBe(letters(wrapped(text, 10_000).join('')));
      }),
      PLAN,
    );
  });
});
