import type { Config } from '../../config/config.ts';
import type { LoadCell } from '../../core/cell.ts';

/** A command line that measures one load cell alone, ready for a POSIX shell. */
export function reproduceCommand(
  { config, configFile }: { readonly config: Config; readonly configFile: string },
  cell: LoadCell,
): string {
  const settings = [
    `axes.dimensions=[${cell.dimensions}]`,
    `load.dimensions=[${cell.dimensions}]`,
    `axes.instruction=${JSON.stringify({ [cell.instruction]: config.axes.instruction[cell.instruction] ?? null })}`,
    `axes.batchSize=[${cell.batchSize}]`,
    `axes.concurrency=[${cell.rate === undefined ? (cell.concurrency ?? 1) : ''}]`,
    `axes.rate=[${cell.rate ?? ''}]`,
    `axes.encoding=[${cell.encoding}]`,
    `axes.transport=[${cell.transport}]`,
    `load.cache=${cell.cache}`,
    'design=cross',
    'base={}',
    'quality=false',
  ];
  return ['dimsweep run', quoted(configFile), ...settings.map((setting) => `--set ${quoted(setting)}`)].join(
    ' ',
  );
}

function quoted(word: string): string {
  return /^[\w./=,@:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
