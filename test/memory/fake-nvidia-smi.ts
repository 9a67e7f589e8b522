import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fixturePath } from './fixture.ts';

export interface FakeNvidiaSmi {
  /** Puts the program in front of the PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One line per start: its arguments. */
  starts(): string[];
  [Symbol.dispose](): void;
}

interface FakeSmiOptions {
  /** Rows that the query repeats: a fixture's name. Absent: the program fails as without a driver. */
  readonly rows?: string;
  /** Answer to `--query-compute-apps`. */
  readonly processes?: string;
  /** Answer to `-q`: a fixture's name. */
  readonly listing?: string;
}

/** A program of the name `nvidia-smi` that answers as the real one does, rows every 20 ms. */
export function fakeNvidiaSmi({ rows, processes = '', listing }: FakeSmiOptions): FakeNvidiaSmi {
  const folder = mkdtempSync(join(tmpdir(), 'dimsweep-smi-'));
  const program = join(folder, 'nvidia-smi');
  const log = join(folder, 'starts.log');
  writeFileSync(log, '');
  writeFileSync(join(folder, 'processes'), processes);
  const query =
    rows === undefined
      ? `echo "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."; exit 9`
      : `while cat '${fixturePath(rows)}'; do sleep 0.02; done`;
  writeFileSync(
    program,
    `#!/bin/sh
echo "$*" >> '${log}'
case "$1" in
  --query-compute-apps*) cat '${join(folder, 'processes')}' ;;
  -q) cat '${listing === undefined ? '/dev/null' : fixturePath(listing)}' ;;
  *) ${query} ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return {
    environment: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` },
    starts: () => readFileSync(log, 'utf8').trimEnd().split('\n'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
