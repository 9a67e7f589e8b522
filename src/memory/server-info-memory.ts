import { type JsonRecord, numberOf, recordOf, recordsOf } from '../server/sglang/json-fields.ts';
import { internalStates } from '../server/sglang/server-info.ts';
import type { MemoryProbe, MemoryReading } from './memory-probe.ts';

/** SGLang writes GB and divides by 1024³. */
const GIB = 2 ** 30;

/** The server's own split of its GPU memory: weights, KV pool, graphs. */
export const serverInfoMemoryProbe: MemoryProbe = {
  title: 'The server’s own account of its GPU memory',
  async open({ admin }, signal) {
    const info = await admin.serverInfo(signal);
    const body = recordOf(info?.raw);
    if (info === undefined || body === undefined)
      return { offered: false, reason: 'the server has no /server_info' };
    const split = readMemorySplit(body);
    if (split === undefined) return { offered: false, reason: `${info.path} has no memory_usage` };
    const { tensorParallelSize, memFractionStatic } = info.value;
    const notes = [
      memFractionStatic === undefined
        ? 'the server reserves weights and KV pool when it starts: a flat line over batch sizes and dimensions is no finding'
        : `the server reserves ${Math.round(memFractionStatic * 100)} % of the GPU when it starts (--mem-fraction-static): a flat line over batch sizes and dimensions is no finding`,
    ];
    if (split.ranks > 1) notes.push(`figures are the sum of ${split.ranks} data-parallel ranks`);
    if ((tensorParallelSize ?? 1) > 1) {
      notes.push(`each figure is one GPU's; the model is spread over ${tensorParallelSize} GPUs`);
    }
    return {
      offered: true,
      notes,
      // The split is made at start and does not change: it is read once.
      read: () => Promise.resolve(split.reading),
      close: () => Promise.resolve(),
    };
  },
};

/**
 * Reads `internal_states[i].memory_usage` of `/server_info`, summed over ranks; every key is optional. Graph
 * memory stands under `graph` or `cuda_graph`, as a number or by kind, and `draft_graph` adds to it.
 */
export function readMemorySplit(
  body: JsonRecord,
): { readonly reading: MemoryReading; readonly ranks: number } | undefined {
  const ranks = recordsOf(internalStates(body).map((state) => state['memory_usage']));
  const total = (read: (usage: JsonRecord) => number | undefined): number | undefined => {
    const values = ranks.map(read).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  };
  const gigabytes = (read: (usage: JsonRecord) => number | undefined): number | undefined => {
    const value = total(read);
    return value === undefined ? undefined : Math.round(value * GIB);
  };
  const weightBytes = gigabytes((usage) => numberOf(usage['weight']));
  const kvPoolBytes = gigabytes((usage) => numberOf(usage['kvcache']));
  const graphBytes = gigabytes((usage) =>
    sumOf([amountOf(usage['graph']) ?? amountOf(usage['cuda_graph']), amountOf(usage['draft_graph'])]),
  );
  const tokenCapacity = total((usage) => numberOf(usage['token_capacity']));
  const reading: MemoryReading = {
    ...(weightBytes === undefined ? {} : { weightBytes }),
    ...(kvPoolBytes === undefined ? {} : { kvPoolBytes }),
    ...(graphBytes === undefined ? {} : { graphBytes }),
    ...(tokenCapacity === undefined ? {} : { tokenCapacity }),
  };
  return Object.keys(reading).length === 0 ? undefined : { reading, ranks: ranks.length };
}

/** A number, or a record of numbers by kind. */
function amountOf(value: unknown): number | undefined {
  const kinds = recordOf(value);
  return kinds === undefined ? numberOf(value) : sumOf(Object.values(kinds).map(amountOf));
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
