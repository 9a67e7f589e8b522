import { isAbsolute, relative, resolve } from 'node:path';

/** A path as a person at this terminal would write it: relative below the working directory, else absolute. */
export function shownPath(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') || isAbsolute(fromHere) ? resolve(path) : fromHere;
}
