import * as z from 'zod';
import type { FaultRequest } from './fault.ts';
import { wholeNumber } from './settings.ts';

/** Which requests a fault is meant for: conditions that every fault with hooks takes beside its own settings. */
export const conditionsSchema = z.strictObject({
  /** Requests with exactly this many texts. */
  batchSize: wholeNumber().exactOptional(),
  /** Requests whose answer has vectors of this width. */
  dimensions: wholeNumber().exactOptional(),
  encoding: z.enum(['float', 'base64']).exactOptional(),
  /** Requests whose first text contains this. */
  contains: z.string().min(1).exactOptional(),
  /** Of the requests that fulfil the other conditions, every n-th. */
  nth: wholeNumber().exactOptional(),
  /** Not the first so many of them. */
  after: wholeNumber().exactOptional(),
});
export type Conditions = z.infer<typeof conditionsSchema>;

export const CONDITION_NAMES = Object.keys(conditionsSchema.shape);

/** Whether the fault is meant for a request. Ask once per request: requests are counted. */
export function createCondition(conditions: Conditions): (request: FaultRequest) => boolean {
  const { batchSize, dimensions, encoding, contains, nth = 1, after = 0 } = conditions;
  let seen = 0;
  return (request) => {
    if (batchSize !== undefined && request.texts.length !== batchSize) return false;
    if (dimensions !== undefined && request.dimensions !== dimensions) return false;
    if (encoding !== undefined && request.encoding !== encoding) return false;
    if (contains !== undefined && request.texts[0]?.includes(contains) !== true) return false;
    seen++;
    return seen > after && (seen - after) % nth === 0;
  };
}
