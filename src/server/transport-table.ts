import type { TransportName } from '../core/axes.ts';
import type { Transport, TransportOptions } from './transport.ts';
import { createOpenaiTransport } from './transports/openai-transport.ts';
import { createUndiciTransport } from './transports/undici-transport.ts';
import { createWireTransport } from './transports/wire-transport.ts';

/** Every transport; one contract suite runs over all of them. */
export const TRANSPORT_TABLE = {
  wire: createWireTransport,
  undici: createUndiciTransport,
  openai: createOpenaiTransport,
} as const satisfies Record<TransportName, (options: TransportOptions) => Transport>;
