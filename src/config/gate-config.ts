import * as z from 'zod';
import { amountSchema, boundSchema } from './gate-amount.ts';

/** One rule of the gate: a metric, the cells it holds for, and what is asked of it. */
export const gateRuleSchema = z
  .strictObject({
    /** Metric id, with `[column]` for the scores of one label column. */
    metric: z.string(),
    /** Axis → value or values; a cell must match all. Empty: every cell. */
    cells: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])).min(1)]),
      )
      .default({}),
    /** Fails when a loss is shown that is larger than this; `"5%"` is a share of the baseline's value. */
    maxRegression: amountSchema.exactOptional(),
    /** Passes only when a loss as large as this is ruled out. */
    nonInferiorWithin: amountSchema.exactOptional(),
    /** Fails when the figure is not the baseline's, to six digits: for what never varies by itself. */
    exact: z.literal(true).exactOptional(),
    /** Bounds that need no baseline. */
    min: boundSchema.exactOptional(),
    max: boundSchema.exactOptional(),
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
  /** Cells without an answer (invalid, missing, too few trials) that a pass may have; 0 fails closed. */
  maxUnreliableCells: z.int().nonnegative().default(0),
  /** Trials a load cell needs on both sides before it can be judged. */
  minTrials: z.int().min(2).default(5),
  /** Chance that a gate over unchanged figures fails: of all rules and cells together. */
  alpha: z.number().gt(0).lt(0.5).default(0.05),
});
export type GateConfig = z.infer<typeof gateConfigSchema>;
