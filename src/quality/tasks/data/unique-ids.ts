import { UsageError } from '../../../core/errors.ts';

/** @throws UsageError that names the first id that stands twice */
export function requireUniqueIds(ids: readonly string[], file: string): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) {
      throw new UsageError(`the id "${id}" stands twice`, {
        where: file,
        hint: 'give every row an id of its own',
      });
    }
    seen.add(id);
  }
}
