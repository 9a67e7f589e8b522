/** One point of a throughput–latency curve. */
export interface CurvePoint {
  /** Requests in flight, or requests per second. */
  readonly load: number;
  readonly throughput: number;
  readonly latencyMs: number;
}

/**
 * The knee of a throughput–latency curve: the load of greatest power, throughput ÷ latency (Kleinrock, "Power
 * and deterministic rules of thumb for probabilistic problems in computer communications", 1979). Below it more
 * load buys throughput, above it waiting.
 *
 * @returns undefined for fewer than three usable points, or when the greatest power lies at the highest load:
 *   the curve was not followed far enough
 */
export function kneeOf(points: readonly CurvePoint[]): CurvePoint | undefined {
  const usable = points
    .filter(({ throughput, latencyMs }) => throughput > 0 && latencyMs > 0)
    .sort((a, b) => a.load - b.load);
  if (usable.length < 3) return undefined;
  const power = ({ throughput, latencyMs }: CurvePoint): number => throughput / latencyMs;
  const knee = usable.reduce((best, point) => (power(point) > power(best) ? point : best));
  return knee === usable.at(-1) ? undefined : knee;
}
