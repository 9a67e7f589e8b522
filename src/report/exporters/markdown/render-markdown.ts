import type { Summary, SummaryAnswer, SummarySection, SummaryTable } from '../../summaries/summary.ts';
import { markdownText } from './markdown-text.ts';

/** A piece of the document that is kept whole: a heading, a paragraph, a table's head, one of its rows. */
type Piece = string;

interface Section {
  readonly opening: Piece;
  readonly pieces: readonly Piece[];
  /** What must follow, however little of the section was kept. */
  readonly closing: Piece;
}

/**
 * A summary as GitHub-flavoured Markdown: the sentence and the warnings first, then sections, collapsed where
 * they are not needed at first sight.
 *
 * @param limit characters that the reader takes; what would go beyond is left out, and the last line says so
 */
export function renderMarkdown(summary: Summary, limit: number): string {
  const { sections } = summary;
  const kept = [opening(summary)];
  let room = limit - kept[0]!.length - cutSentence(sections.length).length;
  for (const [i, section] of sections.map(sectionPieces).entries()) {
    const { text, whole } = portionOf(section, room);
    kept.push(text);
    room -= text.length;
    if (!whole) return tidied(`${kept.join('')}${cutSentence(sections.length - i)}`);
  }
  return tidied(kept.join(''));
}

function tidied(markdown: string): string {
  return `${markdown.replace(/\n{3,}/g, '\n\n').trimEnd()}\n`;
}

/** As many whole pieces as there is room for; nothing where not even the first fits. */
function portionOf({ opening, pieces, closing }: Section, room: number): { text: string; whole: boolean } {
  const kept = [opening];
  let left = room - opening.length - closing.length;
  for (const piece of pieces) {
    left -= piece.length;
    if (left < 0) break;
    kept.push(piece);
  }
  const whole = kept.length === pieces.length + 1 && left >= 0;
  return kept.length === 1 && !whole ? { text: '', whole } : { text: kept.join('') + closing, whole };
}

function cutSentence(sections: number): string {
  const which = sections === 1 ? 'the last section' : `the last ${sections} sections`;
  return `\n**Cut here for length:** not all of ${which} found room. The HTML, JSON and CSV outputs have everything.\n`;
}

function opening({ title, particulars, headline, warnings, answers }: Summary): string {
  return [
    `## ${markdownText(title)}\n\n`,
    headline === undefined ? '' : `**${markdownText(headline)}**\n\n`,
    ...warnings.map((warning) => `> ⚠ ${markdownText(warning)}\n\n`),
    `${particulars.map(markdownText).join('<br>')}\n\n`,
    answers.length === 0 ? '' : answerTable(answers),
  ].join('');
}

function answerTable(answers: readonly SummaryAnswer[]): string {
  const rows = answers.map(({ question, value, badge, sentence, doubts }) => {
    const verdict = badge === undefined ? '' : ` ${badge.sign} ${badge.text}`;
    const why = [
      ...(sentence === undefined ? [] : [markdownText(sentence)]),
      ...doubts.map((doubt) => `⚠ ${markdownText(doubt)}`),
    ].join('<br>');
    return `| ${markdownText(question)} | **${markdownText(value)}**${verdict} | ${why} |\n`;
  });
  return `| Question | Answer | Why |\n| --- | --- | --- |\n${rows.join('')}\n`;
}

function sectionPieces({ title, notes, table, points, folded }: SummarySection): Section {
  const pieces = [
    ...(table === undefined ? [] : tablePieces(table)),
    ...notes.map((note) => `${markdownText(note)}\n\n`),
    ...points.map((point) => `- ${markdownText(point)}\n`),
  ];
  return folded
    ? {
        opening: `<details><summary>${markdownText(title)}</summary>\n\n`,
        pieces,
        closing: '\n</details>\n\n',
      }
    : { opening: `### ${markdownText(title)}\n\n`, pieces, closing: '\n' };
}

/** The head stays with the first row: one without the other is no table. */
function tablePieces({ columns, rows }: SummaryTable): Piece[] {
  const head = `| ${columns.map((column) => markdownText(column.head)).join(' | ')} |\n`;
  const rule = `| ${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |\n`;
  const [first = '', ...more] = rows.map((row) => `| ${row.map(markdownText).join(' | ')} |\n`);
  return [head + rule + first, ...more, '\n'];
}
