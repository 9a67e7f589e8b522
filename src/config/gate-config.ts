import * as z from 'zod';

/** `12`, `-0.5` as absolute amounts; `"5%"` as a share of the baseline. */
const amountSchema = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?%$/, 'write a share as "5%"')]);

/** One rule of the gate: a metric, the cells it holds for, and how much worse it may get. */
export const gateRuleSchema = z
  .strictObject({
    metric: z.string(),
    /** Axis → value or values; a cell must match all. Empty: every cell. */
    cells: z
      .record(z.string(), z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]))
      .default({}),
    maxRegression: amountSchema.exactOptional(),
    nonInferiorWithin: amountSchema.exactOptional(),
    exact: z.boolean().exactOptional(),
    /** A bound that needs no baseline. */
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  })
  .refine(
    (r) =>
      [r.maxRegression, r.nonInferiorWithin, r.exact, r.min ?? r.max].filter((x) => x !== undefined)
        .length === 1,
    { message: 'give exactly one of maxRegression, nonInferiorWithin, exact, or min/max' },
  );
export type GateRule = z.infer<typeof gateRuleSchema>;

export const gateConfigSchema = z.strictObject({
  rules: z.array(gateRuleSchema).min(1),
  /** Cells with no verdict (invalid, missing, too few trials) that may pass; 0 fails closed. */
  maxUnreliableCells: z.int().nonnegative().default(0),
  /** Trials a load cell needs on both sides before it can be judged. */
  minTrials: z.int().min(2).default(5),
  /** Family-wise error rate. */
  alpha: z.number().gt(0).lt(0.5).default(0.05),
});
export type GateConfig = z.infer<typeof gateConfigSchema>;
