import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readGolden } from './golden.ts';

const python = '/usr/bin/python3';
const installed = spawnSync(python, ['-c', 'import sklearn; print(sklearn.__version__)'], {
  encoding: 'utf8',
});
const sameRelease = installed.stdout?.trim() === readGolden().versions.sklearn;

/** Deep comparison of parsed JSON: numbers within a relative and an absolute tolerance, the rest exactly. */
function differences(stored: unknown, fresh: unknown, path = '$'): string[] {
  if (typeof stored === 'number' && typeof fresh === 'number') {
    // final t-SNE layouts are chaotic: another CPU's rounding moves them
    const tolerance = path.includes('.finals') ? 0.05 : 1e-6;
    const near = Math.abs(stored - fresh) <= tolerance * Math.max(1e-3, Math.abs(stored));
    return near ? [] : [`${path}: ${stored} became ${fresh}`];
  }
  if (stored !== null && fresh !== null && typeof stored === 'object' && typeof fresh === 'object') {
    const keys = new Set([...Object.keys(stored), ...Object.keys(fresh)]);
    return [...keys].flatMap((key) =>
      path.includes('.finals') && key === 'iterations'
        ? []
        : differences(Reflect.get(stored, key), Reflect.get(fresh, key), `${path}.${key}`),
    );
  }
  return Object.is(stored, fresh) ? [] : [`${path}: ${String(stored)} became ${String(fresh)}`];
}

it.skipIf(!sameRelease && process.env['CI'] !== 'true')(
  "the golden file is what Debian's scikit-learn says (python3-sklearn)",
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'dimsweep-golden-'));
    try {
      const target = join(folder, 'golden.json');
      execFileSync(python, [fileURLToPath(new URL('./make_golden.py', import.meta.url)), target]);
      expect(differences(readGolden(), JSON.parse(readFileSync(target, 'utf8')))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
