import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NoiseFloor } from '../../src/core/record/noise-floor.ts';
import { readNoiseFloor, writeNoiseFloor } from '../../src/store/noise-floor-file.ts';
import { temporaryFolder } from './folder-fixture.ts';

function floor(hardwareHash: string, leastEffect = 0.03): NoiseFloor {
  return {
    hardwareHash,
    hardware: 'Example CPU, 2 cores, 8 GiB',
    measuredAt: '2026-01-02T03:04:05.000Z',
    model: 'example',
    pairs: 10,
    metrics: { serviceP50Ms: { scale: 'relative', leastEffect, cells: { abc: 0.02 } } },
  };
}

describe('the noise floor of a results folder', () => {
  it('is kept for each hardware, and the newest one counts', () => {
    const results = join(temporaryFolder(), 'results');
    expect(readNoiseFloor(results, 'one')).toBeUndefined();
    const path = writeNoiseFloor(results, floor('one'));
    writeNoiseFloor(results, floor('two', 0.5));
    expect(path).toBe(join(results, 'noise-floor.json'));
    expect(readNoiseFloor(results, 'one')).toEqual(floor('one'));
    expect(readNoiseFloor(results, 'two')).toEqual(floor('two', 0.5));
    writeNoiseFloor(results, floor('one', 0.01));
    expect(readNoiseFloor(results, 'one')).toEqual(floor('one', 0.01));
    expect(readNoiseFloor(results, 'two')).toEqual(floor('two', 0.5));
    expect(readNoiseFloor(results, 'constructor')).toBeUndefined();
  });

  function damaged(change: (text: string) => string): () => unknown {
    const results = temporaryFolder();
    const path = writeNoiseFloor(results, floor('one'));
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return () => readNoiseFloor(results, 'one');
  }

  it('refuses what is cut short, foreign or of another version, and says how to renew it', () => {
    expect(damaged((text) => text.slice(0, text.length >> 1))).toThrow('cut short');
    expect(damaged(() => '{}')).toThrow('this is not a dimsweep noise floor');
    expect(damaged((text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'))).toThrow(
      expect.objectContaining({
        message: 'this noise floor was written by a newer dimsweep (schema version 2, this one reads 1)',
        hint: 'Update dimsweep, or calibrate again: dimsweep compare --live --self.',
      }),
    );
    expect(damaged((text) => text.replace('"leastEffect": 0.03', '"leastEffect": 0'))).toThrow(
      /floors\.one\.metrics\.serviceP50Ms\.leastEffect/,
    );
  });

  it('is not replaced when the file that is there cannot be read', () => {
    const results = temporaryFolder();
    const path = writeNoiseFloor(results, floor('one'));
    writeFileSync(path, '{"schemaVersion": 9}');
    expect(() => writeNoiseFloor(results, floor('two'))).toThrow('newer dimsweep');
    expect(readFileSync(path, 'utf8')).toBe('{"schemaVersion": 9}');
  });
});
