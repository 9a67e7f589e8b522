import type { Config } from '../config/config.ts';
import type { QualityCell } from '../core/cell.ts';

/** The quality cells of a config: every server-flag set × instruction × dtype × dimensions. */
export function qualityCells(config: Config): QualityCell[] {
  if (config.quality === false) return [];
  const { axes } = config;
  const servers = axes.serverArgs === undefined ? [undefined] : Object.keys(axes.serverArgs);
  const dimensions = [...new Set(axes.dimensions)].sort((a, b) => a - b);
  return servers.flatMap((serverArgs) =>
    Object.keys(axes.instruction).flatMap((instruction) =>
      axes.dtype.flatMap((dtype) =>
        dimensions.map(
          (d): QualityCell => ({
            kind: 'quality',
            dimensions: d,
            instruction,
            dtype,
            ...(serverArgs === undefined ? {} : { serverArgs }),
          }),
        ),
      ),
    ),
  );
}
