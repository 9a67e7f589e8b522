import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  NOISE_FLOOR_SCHEMA_VERSION,
  type NoiseFloor,
  type NoiseFloors,
  noiseFloorsSchema,
} from '../core/record/noise-floor.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { readJsonFile } from './json-file.ts';
import { reviewableJson } from './reviewable-json.ts';
import { readVersioned, type VersionedFormat } from './schema-version.ts';

const FORMAT: VersionedFormat<NoiseFloors> = {
  what: 'noise floor',
  current: NOISE_FLOOR_SCHEMA_VERSION,
  schema: noiseFloorsSchema,
  migrations: {},
  renew: 'calibrate again: dimsweep compare --live --self',
};

/**
 * The calibration of a hardware, `<results>/noise-floor.json`; undefined when there is none.
 *
 * @throws UsageError when the file is cut short, foreign or of another version
 */
export function readNoiseFloor(resultsDirectory: string, hardwareHash: string): NoiseFloor | undefined {
  const { floors } = readFloors(resultsDirectory);
  return Object.hasOwn(floors, hardwareHash) ? floors[hardwareHash] : undefined;
}

/**
 * Keeps a calibration, in the place of an older one of the same hardware.
 *
 * @returns the file
 * @throws UsageError when the file that is there cannot be read, or the disk refuses
 */
export function writeNoiseFloor(resultsDirectory: string, floor: NoiseFloor): string {
  const { floors, ...rest } = readFloors(resultsDirectory);
  const kept = noiseFloorsSchema.parse({ ...rest, floors: { ...floors, [floor.hardwareHash]: floor } });
  const path = fileOf(resultsDirectory);
  writeFileAtomic(path, reviewableJson(kept, { sortKeys: true }), 'the noise floor');
  return path;
}

function readFloors(resultsDirectory: string): NoiseFloors {
  const path = fileOf(resultsDirectory);
  if (!existsSync(path))
    return { kind: 'noiseFloors', schemaVersion: NOISE_FLOOR_SCHEMA_VERSION, floors: {} };
  return readVersioned(readJsonFile(path, 'the noise floor'), path, FORMAT);
}

function fileOf(resultsDirectory: string): string {
  return join(resultsDirectory, 'noise-floor.json');
}
