import * as z from 'zod';

/** Raised when a key changes its meaning or goes; added keys leave it alone. */
export const NOISE_FLOOR_SCHEMA_VERSION = 1;

/** Smallest changes of one metric that are more than this machine's noise. */
const metricFloorSchema = z.strictObject({
  /** `relative`: shares of the base; `absolute`: amounts in the metric's own unit. */
  scale: z.enum(['relative', 'absolute']),
  /** For a cell that was not calibrated. */
  leastEffect: z.number().positive(),
  /** Cell id → its own. */
  cells: z.record(z.string(), z.number().positive()),
});

/** How far load figures of one machine differ when nothing has changed: what one A/A calibration found. */
export const noiseFloorSchema = z.strictObject({
  hardwareHash: z.string(),
  /** The hardware for people. */
  hardware: z.string(),
  measuredAt: z.string(),
  model: z.string(),
  /** Fewest pairs of trials behind a cell. */
  pairs: z.int().positive(),
  /** By metric id. */
  metrics: z.record(z.string(), metricFloorSchema),
});
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;

/** The calibrations of a results folder, one for each hardware. */
export const noiseFloorsSchema = z.strictObject({
  kind: z.literal('noiseFloors'),
  schemaVersion: z.literal(NOISE_FLOOR_SCHEMA_VERSION),
  /** By hardware hash. */
  floors: z.record(z.string(), noiseFloorSchema),
});
export type NoiseFloors = z.infer<typeof noiseFloorsSchema>;
