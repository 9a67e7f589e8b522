/** A cosine so that small losses show: `1 − 3.1e-7` rather than `1.00`. */
export function cosineText(cosine: number): string {
  const loss = 1 - cosine;
  if (loss <= 1e-12) return '1';
  return loss < 1e-3 ? `1 − ${loss.toExponential(1)}` : cosine.toFixed(4);
}

export function differenceText(difference: number): string {
  return difference === 0 ? '0' : difference.toExponential(1);
}

export function millisecondsText(milliseconds: number): string {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}

/** The first items, and how many more there are. */
export function listText(items: readonly (string | number)[], most = 8): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${items.length - most} more` : shown;
}
