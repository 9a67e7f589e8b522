import type { Config } from '../config/config.ts';
import type { LoadConfig } from '../config/load-config.ts';
import { cellId, type LoadCell } from '../core/cell.ts';
import { UsageError } from '../core/errors.ts';

/** The load axes in the order cells are listed; `serverArgs` is outermost because it restarts the server. */
const AXES = [
  'serverArgs',
  'dimensions',
  'instruction',
  'encoding',
  'transport',
  'batchSize',
  'load',
] as const;
type LoadAxis = (typeof AXES)[number];

/** Closed and open loops share one axis: a concurrency or a rate. */
type Pressure = { readonly concurrency: number } | { readonly rate: number };

type Point = { readonly [A in LoadAxis]: unknown };

/**
 * The load cells of a config, without repeats, in listing order.
 *
 * @throws UsageError when `base` names a value that its axis does not list
 */
export function loadCells(config: Config): LoadCell[] {
  if (config.load === false) return [];
  const values = axisValues(config, config.load);
  const points = config.design === 'cross' ? crossed(values, AXES) : oneAtATime(config, values);
  const cells = new Map<string, LoadCell>();
  for (const point of points) {
    const cell = toCell(point, config.load);
    const id = cellId(cell);
    if (!cells.has(id)) cells.set(id, cell);
  }
  return [...cells.values()];
}

function axisValues(config: Config, load: LoadConfig): Record<LoadAxis, readonly unknown[]> {
  const { axes } = config;
  const pressures: Pressure[] = [
    ...axes.concurrency.map((concurrency) => ({ concurrency })),
    ...axes.rate.map((rate) => ({ rate })),
  ];
  if (pressures.length === 0) {
    throw new UsageError('the config has neither a concurrency nor a rate to load the server with', {
      where: 'axes',
      hint: 'Give axes.concurrency or axes.rate a value, or switch the load pass off with load: false.',
    });
  }
  return {
    serverArgs: axes.serverArgs === undefined ? [undefined] : Object.keys(axes.serverArgs),
    dimensions: load.dimensions ?? axes.dimensions,
    instruction: Object.keys(axes.instruction),
    encoding: axes.encoding,
    transport: axes.transport,
    batchSize: axes.batchSize,
    load: pressures,
  };
}

function crossed(
  values: Record<LoadAxis, readonly unknown[]>,
  axes: readonly LoadAxis[],
  start?: Point,
): Point[] {
  let points: Partial<Record<LoadAxis, unknown>>[] = [start ?? {}];
  for (const axis of axes)
    points = points.flatMap((point) => values[axis].map((value) => ({ ...point, [axis]: value })));
  return points as Point[];
}

function oneAtATime(config: Config, values: Record<LoadAxis, readonly unknown[]>): Point[] {
  const base = basePoint(config, values);
  const together = new Set<LoadAxis>(
    config.together.map((axis) => (axis === 'concurrency' || axis === 'rate' ? 'load' : axis)),
  );
  const alone = AXES.filter((axis) => !together.has(axis));
  return [
    base,
    ...crossed(values, [...together], base),
    ...alone.flatMap((axis) => values[axis].map((value) => ({ ...base, [axis]: value }))),
  ];
}

function basePoint(config: Config, values: Record<LoadAxis, readonly unknown[]>): Point {
  const { base } = config;
  const pressure: Pressure | undefined =
    base.concurrency !== undefined
      ? { concurrency: base.concurrency }
      : base.rate !== undefined
        ? { rate: base.rate }
        : undefined;
  const chosen: Partial<Record<LoadAxis, unknown>> = { ...base, load: pressure };
  const point: Partial<Record<LoadAxis, unknown>> = {};
  for (const axis of AXES) {
    const wanted = chosen[axis];
    const listed = values[axis];
    if (wanted !== undefined && !listed.some((value) => JSON.stringify(value) === JSON.stringify(wanted))) {
      const name = axis === 'load' ? Object.keys(wanted as object)[0] : axis;
      const value = axis === 'load' ? Object.values(wanted as object)[0] : wanted;
      const place =
        axis === 'dimensions' && config.load !== false && config.load.dimensions !== undefined
          ? 'load.dimensions'
          : `axes.${name}`;
      throw new UsageError(`base.${name} is ${String(value)}, which ${place} does not list`, {
        where: `base.${name}`,
        hint: `Add ${String(value)} to ${place}, or choose a value that stands there.`,
      });
    }
    point[axis] = wanted ?? listed[0];
  }
  return point as Point;
}

function toCell(point: Point, load: LoadConfig): LoadCell {
  const pressure = point.load as Pressure;
  const open = 'rate' in pressure;
  return {
    kind: 'load',
    dimensions: point.dimensions as number,
    instruction: point.instruction as string,
    batchSize: point.batchSize as number,
    arrivals: open ? load.arrivals : 'closed',
    ...(open
      ? { rate: pressure.rate, ...(load.maxInFlight === undefined ? {} : { concurrency: load.maxInFlight }) }
      : { concurrency: pressure.concurrency }),
    encoding: point.encoding as LoadCell['encoding'],
    transport: point.transport as LoadCell['transport'],
    cache: load.cache,
    ...(point.serverArgs === undefined ? {} : { serverArgs: point.serverArgs as string }),
  };
}
