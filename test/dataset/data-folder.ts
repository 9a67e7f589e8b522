import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { datasetConfigSchema } from '../../src/config/dataset-config.ts';
import type { Dataset } from '../../src/dataset/dataset.ts';
import { loadDataset } from '../../src/dataset/load-dataset.ts';

export type DatasetSettings = Parameters<typeof datasetConfigSchema.parse>[0] & object;

/** A folder of real files that is gone when the test ends. */
export function dataFolder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** Loads `content` as the file `name`, with further dataset settings. */
export async function loadFile(
  name: string,
  content: string | Uint8Array,
  settings: DatasetSettings = {},
): Promise<Dataset> {
  const folder = dataFolder({ [name]: content });
  return loadDataset(datasetConfigSchema.parse({ path: name, ...settings }), {
    baseDirectory: folder,
    seed: 42,
  });
}
