import { oneSentence } from '../one-line.ts';

export const ANNOTATION_LEVELS = ['error', 'warning', 'notice'] as const;

export interface Annotation {
  readonly level: (typeof ANNOTATION_LEVELS)[number];
  readonly title: string;
  readonly message: string;
}

/** GitHub shows no more of each level in one step, and drops the rest without a word. */
const MOST_OF_A_LEVEL = 10;

/**
 * Workflow commands that GitHub shows as annotations, errors first. Where there are more than it shows, the last
 * one of that level says how many more.
 */
export function annotationCommands(annotations: readonly Annotation[]): string {
  const lines = ANNOTATION_LEVELS.flatMap((level) => {
    const all = annotations.filter((annotation) => annotation.level === level);
    if (all.length <= MOST_OF_A_LEVEL) return all.map(command);
    const shown = all.slice(0, MOST_OF_A_LEVEL - 1);
    const message = `${all.length - shown.length} more are in the job summary and in the other outputs.`;
    return [...shown, { level, title: 'dimsweep', message }].map(command);
  });
  return lines.map((line) => `${line}\n`).join('');
}

function command({ level, title, message }: Annotation): string {
  return `::${level} title=${escapedProperty(title)}::${escapedData(message)}`;
}

/** As GitHub's toolkit escapes it; line ends, which it would escape as well, are gone. */
function escapedData(text: string): string {
  return oneSentence(text).replaceAll('%', '%25');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
