import { formatNumber, formatPercent, metricName, plainTypography } from '../core/figure-text.ts';
import type { MetricId } from '../core/metrics.ts';
import type { NoiseFloor } from '../core/record/noise-floor.ts';

/** What a calibration found: the smallest change of each figure that comparisons and gates call from now on. */
export function noiseFloorText(floor: NoiseFloor): string {
  const rows = Object.entries(floor.metrics).map(([metric, { scale, cells, leastEffect }]) => {
    const inCells = Object.values(cells);
    const told = (effect: number): string =>
      scale === 'relative' ? formatPercent(effect, 1) : formatNumber(effect, 4);
    const [least, most] = [told(Math.min(...inCells)), told(Math.max(...inCells))];
    return {
      name: metricName(metric as MetricId),
      calibrated: least === most ? least : `${least} to ${most}, by cell`,
      others: told(leastEffect),
    };
  });
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const effectWidth = Math.max(...rows.map(({ calibrated }) => calibrated.length));
  const lines = rows.map(
    ({ name, calibrated, others }) =>
      `  ${name.padEnd(nameWidth)}  ${calibrated.padEnd(effectWidth)}  ${others} in cells that were not calibrated`,
  );
  const text = [
    `Noise floor of this machine (${floor.hardware}), from at least ${floor.pairs} pairs of trials a cell.`,
    'Smaller changes of these figures are not called from now on:',
    ...lines,
  ].join('\n');
  return `${plainTypography(text)}\n`;
}
