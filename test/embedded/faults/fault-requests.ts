import type { FaultHooks, FaultRequest } from '../../../src/embedded/faults/fault.ts';
import { activateFaults } from '../../../src/embedded/faults.ts';

/** A request as a fault sees it. */
export function faultRequest(fields: Partial<FaultRequest> = {}): FaultRequest {
  return { texts: ['a text'], dimensions: 64, encoding: 'float', arrivedMs: 0, inFlight: () => 1, ...fields };
}

/** The hooks of one fault, as one server has them. */
export function hooksOf(written: string, request = faultRequest()): FaultHooks {
  const [hooks] = activateFaults([written]).hooksFor(request);
  if (hooks === undefined) throw new Error(`${written} does nothing to this request`);
  return hooks;
}
