import type { Summary, SummaryAnswer, SummarySection } from '../../summaries/summary.ts';
import { oneSentence } from '../one-line.ts';
import { columnsOf, padded, wrapped } from './columns.ts';
import { textTable } from './text-table.ts';

const INDENT = '  ';
/** Questions longer than this do not widen the column of all. */
const MOST_QUESTION_COLUMNS = 46;

/** A summary for a terminal: aligned, readable without colour, every line ended. */
export function renderText(summary: Summary, columns: number): string {
  const { title, particulars, headline, warnings, answers, sections } = summary;
  const blocks = [
    [
      ...wrapped(title, columns),
      ...particularLines(particulars, columns),
      ...(headline === undefined ? [] : wrapped(headline, columns)),
      ...warnings.flatMap((warning) => marked('!', warning, columns)),
    ],
    answerLines(answers, columns),
    ...sections.map((section) => sectionLines(section, columns)),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block) => [...block, '']);
  return `${lines.slice(0, -1).map(inert).join('\n')}\n`;
}

/** On one line where there is room for it. */
function particularLines(particulars: readonly string[], columns: number): string[] {
  const one = indented(particulars.join(' · '), columns);
  return one.length === 1 ? one : particulars.flatMap((particular) => indented(particular, columns));
}

function answerLines(answers: readonly SummaryAnswer[], columns: number): string[] {
  const questions = answers.map(({ question }) => oneSentence(question));
  const width = Math.min(MOST_QUESTION_COLUMNS, Math.max(0, ...questions.map(columnsOf)));
  return answers.flatMap(({ value, badge, sentence, doubts }, i) => {
    const answer = badge === undefined ? value : `${value} ${badge.sign} ${badge.text}`;
    const [first, ...more] = wrapped(answer, columns - width - 2);
    return [
      `${padded(questions[i]!, width, 'left')}${INDENT}${first}`,
      ...more.map((line) => `${' '.repeat(width)}${INDENT}${line}`),
      ...(sentence === undefined ? [] : indented(sentence, columns)),
      ...doubts.flatMap((doubt) => marked('!', doubt, columns)),
    ];
  });
}

function sectionLines({ title, notes, table, points }: SummarySection, columns: number): string[] {
  const drawn = table === undefined ? undefined : textTable(table, columns - INDENT.length);
  const leftOut =
    drawn === undefined || drawn.leftOut.length === 0
      ? []
      : [`Left out for want of room: ${drawn.leftOut.join(', ')}.`];
  return [
    ...wrapped(title, columns),
    ...(drawn?.lines ?? []).map((line) => `${INDENT}${line}`),
    ...[...notes, ...leftOut].flatMap((note) => indented(note, columns)),
    ...points.flatMap((point) => marked('-', point, columns)),
  ];
}

function indented(text: string, columns: number): string[] {
  return wrapped(text, columns - INDENT.length).map((line) => `${INDENT}${line}`);
}

/** `  ! sentence`, its further lines under its first word. */
function marked(mark: string, text: string, columns: number): string[] {
  const [first, ...more] = wrapped(text, columns - INDENT.length - mark.length - 1);
  const space = ' '.repeat(mark.length + 1);
  return [`${INDENT}${mark} ${first}`, ...more.map((line) => `${INDENT}${space}${line}`)];
}

/**
 * A CI service takes `::command::` at the start of a log's line for an order. Names and texts are shown, never
 * obeyed: the ratio sign looks the same and is as wide.
 */
function inert(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1∶');
}
