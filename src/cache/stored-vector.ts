import { crc32 } from 'node:zlib';

/**
 * A vector as it is stored, little-endian:
 *
 * | offset | bytes | content |
 * |---|---|---|
 * | 0 | 4 | `DSVE` |
 * | 4 | 2 | format version |
 * | 6 | 2 | length of this header |
 * | 8 | 4 | dimensions |
 * | 12 | 4 | CRC-32 of the key, then of everything behind this field |
 * | 16 | 8 | when it was made, milliseconds since the Unix epoch, float64 |
 * | 24 | 8 | its share of the latency of the request that made it, milliseconds, float64; NaN: not known |
 * | 32 | 4 × dimensions | float32 values |
 */
const MAGIC = 0x45565344;
const VERSION = 1;
const HEADER_BYTES = 32;
const CHECKED_FROM = 16;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A vector with where it came from. */
export interface StoredVector {
  readonly vector: Float32Array;
  /** Milliseconds since the Unix epoch. */
  readonly createdAtMs: number;
  /** What the vector cost when it was made; NaN when that was not measured. */
  readonly latencyMs: number;
}

/** The vector's stored form under this key. */
export function encodeStoredVector(key: string, stored: StoredVector): Buffer {
  const { vector } = stored;
  const bytes = Buffer.alloc(HEADER_BYTES + vector.length * 4);
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt16LE(VERSION, 4);
  bytes.writeUInt16LE(HEADER_BYTES, 6);
  bytes.writeUInt32LE(vector.length, 8);
  bytes.writeDoubleLE(stored.createdAtMs, 16);
  bytes.writeDoubleLE(stored.latencyMs, 24);
  bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), HEADER_BYTES);
  if (!IS_LITTLE_ENDIAN) bytes.subarray(HEADER_BYTES).swap32();
  bytes.writeUInt32LE(checksum(key, bytes), 12);
  return bytes;
}

/**
 * Reads a stored vector back; `undefined` for anything that was not stored under this very key, by this format,
 * and is whole.
 */
export function decodeStoredVector(key: string, stored: Uint8Array): StoredVector | undefined {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  if (bytes.readUInt16LE(4) !== VERSION || bytes.readUInt16LE(6) !== HEADER_BYTES) return undefined;
  const dimensions = bytes.readUInt32LE(8);
  if (dimensions === 0 || bytes.length !== HEADER_BYTES + dimensions * 4) return undefined;
  if (bytes.readUInt32LE(12) !== checksum(key, bytes)) return undefined;
  const values = Buffer.from(new ArrayBuffer(dimensions * 4));
  bytes.copy(values, 0, HEADER_BYTES);
  if (!IS_LITTLE_ENDIAN) values.swap32();
  return {
    vector: new Float32Array(values.buffer, values.byteOffset, dimensions),
    createdAtMs: bytes.readDoubleLE(16),
    latencyMs: bytes.readDoubleLE(24),
  };
}

/** Includes the key, so that an entry that was moved under another key is foreign there. */
function checksum(key: string, bytes: Buffer): number {
  return crc32(bytes.subarray(CHECKED_FROM), crc32(key));
}
