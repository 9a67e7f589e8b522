import type { VectorStore } from './vector-store.ts';

/** The store of `--no-cache`: it keeps nothing. */
export async function openNoStore(): Promise<VectorStore> {
  return {
    kind: 'none',
    location: 'no cache',
    read: async (keys) => keys.map(() => undefined),
    write: async () => undefined,
    size: async () => ({ entries: 0, bytes: 0 }),
    clear: async () => 0,
    close: async () => undefined,
  };
}
