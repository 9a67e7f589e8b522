import { UsageError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { quoted } from '../label-value.ts';

/** The error for a column that the source does not have. */
export function missingColumn(
  source: string,
  column: string,
  present: readonly string[],
  hint?: string,
): UsageError {
  const near = nearestName(column, present);
  const listed = present.slice(0, 20).map(quoted).join(', ');
  return new UsageError(`the data have no column ${quoted(column)}`, {
    where: source,
    hint:
      hint ??
      (near === undefined
        ? `Its columns are ${listed}; name one of them in dataset.text, label, id, extraLabels or where.`
        : `Did you mean ${quoted(near)}? The columns are ${listed}.`),
  });
}
