import type { Finding, ServerBlock } from '../../core/record/server-block.ts';
import { visibleText } from '../../core/visible-text.ts';

export interface ProbeTableOptions {
  /** Columns of the terminal; evidence is wrapped to it. */
  readonly width?: number;
}

const MARKS: Record<Finding['verdict'], string> = {
  ok: '✓',
  note: '·',
  warning: '!',
  problem: '✗',
  unknown: '?',
};

const VERDICT_WORDS: Record<Finding['verdict'], string> = {
  ok: 'as it should be',
  note: 'worth knowing',
  warning: 'warning',
  problem: 'problem',
  unknown: 'not found out',
};

/**
 * What the probe found, for people: one line per finding, what it saw, and an arrow with what mends it. Plain
 * text without colours; whatever came from the server is shown, never obeyed.
 */
export function renderProbeTable(block: ServerBlock, { width = 100 }: ProbeTableOptions = {}): string {
  const titles = block.findings.map((finding) => visibleText(finding.title).length);
  const indent = Math.min(34, Math.max(0, ...titles)) + 4;
  const lines = [heading(block), ''];
  for (const finding of block.findings) lines.push(...findingLines(finding, indent, width));
  lines.push('', summary(block.findings), `Fingerprint ${block.fingerprint.slice(0, 12)}`);
  return `${lines.join('\n')}\n`;
}

function heading({ baseUrl, software, version, model }: ServerBlock): string {
  const who = [software, version].filter((part) => part !== undefined).join(' ');
  return visibleText(`${baseUrl}   ${model}${who === '' ? '' : `   (${who})`}`);
}

function findingLines({ title, verdict, evidence, mend }: Finding, indent: number, width: number): string[] {
  const room = Math.max(30, width - indent);
  const body = [
    ...wrap(visibleText(evidence), room),
    ...(mend === undefined ? [] : wrap(`→ ${visibleText(mend)}`, room)),
  ];
  const name = visibleText(title);
  const label = ` ${MARKS[verdict]} ${name}`;
  const first =
    label.length < indent
      ? [`${label.padEnd(indent)}${body[0] ?? ''}`]
      : [label, `${' '.repeat(indent)}${body[0] ?? ''}`];
  return [...first, ...body.slice(1).map((line) => `${' '.repeat(indent)}${line}`)];
}

/** Breaks at spaces; a word that is longer than a line stands alone. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function summary(findings: readonly Finding[]): string {
  const verdicts = Object.keys(MARKS) as Finding['verdict'][];
  return verdicts
    .map((verdict) => ({ verdict, count: findings.filter((finding) => finding.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${MARKS[verdict]} ${count} ${VERDICT_WORDS[verdict]}`)
    .join('   ');
}
