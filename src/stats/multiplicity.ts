/**
 * Holm's step-down adjusted p values, in the order given: comparing them with α keeps the chance of any false
 * alarm in the family at α, whatever the dependence (Holm, Scandinavian Journal of Statistics 6, 1979).
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let running = 0;
  ascending(p).forEach((index, rank) => {
    running = Math.max(running, Math.min(1, p[index]! * (p.length - rank)));
    adjusted[index] = running;
  });
  return adjusted;
}

/**
 * Benjamini–Hochberg adjusted p values, in the order given: comparing them with q keeps the expected share of
 * false alarms among the alarms at q (Benjamini & Hochberg, JRSS B 57, 1995). For exploratory colouring.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length);
  let running = 1;
  ascending(p)
    .reverse()
    .forEach((index, fromEnd) => {
      running = Math.min(running, p[index]! * (p.length / (p.length - fromEnd)));
      adjusted[index] = running;
    });
  return adjusted;
}

function ascending(p: readonly number[]): number[] {
  for (const value of p) {
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${value} is no p value`);
  }
  return p.map((_, index) => index).sort((a, b) => p[a]! - p[b]! || a - b);
}
