import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesPerVector, DTYPES } from '../../../src/core/axes.ts';
import { UsageError } from '../../../src/core/errors.ts';
import type { EngineInput } from '../../../src/quality/engine.ts';
import { decodeFloat16, encodeFloat16 } from '../../../src/quality/kernels/float16.ts';
import {
  calibrateInt8,
  decodeBinary,
  decodeInt8,
  encodeBinary,
  encodeInt8,
  throughStore,
} from '../../../src/quality/kernels/stored-vectors.ts';
import { blobs } from '../../reference/blobs.ts';
import { readFixtures } from '../../reference/golden.ts';

fc.configureGlobal({ seed: 42 });

const reference = readFixtures()['quantize'];
const input: EngineInput = { rows: 3, dimensions: 4, values: Float32Array.from(reference.X.flat()) };
const everyRow = Int32Array.of(0, 1, 2);

describe('float16', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0001, 0x0001],
    [1.5 * 2 ** -24, 0x0002],
    [(1023.75 / 1024) * 2 ** -14, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [0.1, 0x2e66],
  ])('writes %d as IEEE 754 does', (value, code) => {
    expect(encodeFloat16(Float32Array.of(value))[0]).toBe(code);
  });

  it('reads every code back to itself', () => {
    const codes = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const again = encodeFloat16(decodeFloat16(codes));
    const differing = codes.filter((code, i) => {
      const notANumber = (code & 0x7c00) === 0x7c00 && (code & 0x3ff) !== 0;
      return notANumber ? !Number.isNaN(decodeFloat16(codes.slice(i, i + 1))[0]!) : again[i] !== code;
    });
    expect([...differing]).toEqual([]);
  });

  it('errs by half a unit in the last place at most', () => {
    fc.assert(
      fc.property(fc.float({ min: -1, max: 1, noNaN: true }), (value) => {
        const [back] = decodeFloat16(encodeFloat16(Float32Array.of(value)));
        expect(Math.abs(back! - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
      }),
    );
  });
});

describe('int8', () => {
  it('codes as sentence-transformers does', () => {
    const codes = encodeInt8(input, calibrateInt8(input, everyRow));
    expect([...codes]).toEqual(reference.int8.flat());
  });

  it('takes its ranges from the sample alone and clips what lies outside', () => {
    const scale = calibrateInt8(input, Int32Array.of(0, 2));
    const codes = encodeInt8(input, scale);
    expect(codes[4]).toBe(127);
    expect(codes[6]).toBe(-128);
    expect(() => calibrateInt8(input, new Int32Array())).toThrow(UsageError);
  });

  it('comes back within half a bin inside the calibrated range', () => {
    const { values } = blobs({ seed: 3, rows: 40, dims: 9, classes: 2, separation: 1 });
    const matrix = { rows: 40, dimensions: 9, values };
    const scale = calibrateInt8(
      matrix,
      Int32Array.from({ length: 40 }, (_, i) => i),
    );
    decodeInt8(encodeInt8(matrix, scale), scale).forEach((value, at) => {
      expect(Math.abs(value - values[at]!)).toBeLessThanOrEqual(scale.step[at % 9]! * 0.51);
    });
  });

  it('keeps a dimension that never varies', () => {
    const values = Float32Array.of(0.25, 1, 0.25, -1);
    const scale = calibrateInt8({ rows: 2, dimensions: 2, values }, Int32Array.of(0, 1));
    const back = decodeInt8(encodeInt8({ rows: 2, dimensions: 2, values }, scale), scale);
    expect([back[0], back[2]]).toEqual([0.25, 0.25]);
  });
});

describe('binary', () => {
  it('packs signs, most significant bit first', () => {
    expect([...encodeBinary(input)]).toEqual(reference.ubinary_packed_msb_first.flat());
  });

  it('gives the signs back at any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), (dimensions, rows) => {
        const values = Float32Array.from({ length: rows * dimensions }, (_, i) => Math.sin(i * i + 1));
        const codes = encodeBinary({ rows, dimensions, values });
        expect(codes.length).toBe(rows * bytesPerVector(dimensions, 'binary'));
        expect([...decodeBinary(codes, rows, dimensions)]).toEqual([...values].map((x) => (x > 0 ? 1 : -1)));
      }),
    );
  });
});

describe('a store', () => {
  const { values } = blobs({ seed: 9, rows: 60, dims: 24, classes: 3, separation: 1 });
  const matrix: EngineInput = { rows: 60, dimensions: 24, values };
  const calibration = Int32Array.from({ length: 20 }, (_, i) => i);

  it.each(DTYPES)('of %s keeps prefixes nested: a stored prefix is a prefix of what is stored', (dtype) => {
    const wide = throughStore(matrix, dtype, calibration);
    const cut: EngineInput = {
      rows: 60,
      dimensions: 10,
      values: values.filter((_, at) => at % 24 < 10),
    };
    const narrow = throughStore(cut, dtype, calibration);
    for (let row = 0; row < 60; row++) {
      const head = wide.values.subarray(row * 24, row * 24 + 10);
      expect([...narrow.values.subarray(row * 10, row * 10 + 10)]).toEqual([...head]);
    }
  });

  it('loses more direction the fewer bytes it has', () => {
    const losses = DTYPES.map((dtype) => {
      const stored = throughStore(matrix, dtype, calibration);
      let loss = 0;
      for (let row = 20; row < 60; row++) {
        loss += 1 - cosine(matrix.values, stored.values, row, 24);
      }
      return loss / 40;
    });
    expect(losses[0]).toBeLessThan(1e-12);
    expect(losses[1]).toBeLessThan(1e-6);
    expect(losses[2]).toBeLessThan(0.01);
    expect(losses[3]).toBeLessThan(0.3);
    expect([...losses].sort((a, b) => a - b)).toEqual(losses);
  });
});

function cosine(a: Float32Array, b: Float32Array, row: number, width: number): number {
  const [u, v] = [a, b].map((values) => [...values.subarray(row * width, (row + 1) * width)]);
  const dot = u!.reduce((sum, value, j) => sum + value * v![j]!, 0);
  return dot === 0 ? 0 : Math.min(1, dot / (Math.hypot(...u!) * Math.hypot(...v!)));
}
