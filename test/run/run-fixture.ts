import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type LoadedConfig, readConfig } from '../../src/config/read-config.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { systemClock } from '../../src/threads/system-clock.ts';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A bundled config with settings of the test's own. */
export function bundledConfig(name: string, ...overrides: string[]): LoadedConfig {
  const file = fileURLToPath(new URL(`../../configs/${name}.yaml`, import.meta.url));
  return readConfig(file, { environment: {}, overrides });
}

/** What a run needs beside its config; `events` fills as it goes. */
export function runPorts(resultsDirectory: string) {
  const events: RunEvent[] = [];
  return {
    resultsDirectory,
    resume: false,
    clock: systemClock,
    environment: {},
    emit: (event: RunEvent) => {
      events.push(event);
    },
    signal: new AbortController().signal,
    events,
  };
}
