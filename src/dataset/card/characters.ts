import { nearestRankQuantile } from '../../stats/quantile.ts';
import { sortedSample } from '../../stats/sorted-sample.ts';

/** Length in characters (Unicode code points) over the texts: [min, p50, p90, max], nearest rank. */
export function characterLengths(texts: readonly string[]): [number, number, number, number] {
  const lengths = sortedSample(texts.map(codePoints));
  if (lengths.length === 0) return [0, 0, 0, 0];
  return [lengths[0]!, nearestRankQuantile(lengths, 0.5), nearestRankQuantile(lengths, 0.9), lengths.at(-1)!];
}

function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
