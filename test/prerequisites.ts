import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that tests use as they are, and the Debian package that brings each. */
const PIECES = [
  { name: 'chromium', debian: 'chromium', isPresent: () => existsSync('/usr/bin/chromium') },
  { name: 'redis-server', debian: 'redis-server', isPresent: () => onPath('redis-server') },
  { name: 'xmllint', debian: 'libxml2-utils', isPresent: () => onPath('xmllint') },
  { name: 'curl', debian: 'curl', isPresent: () => onPath('curl') },
  {
    name: 'scikit-learn',
    debian: 'python3-sklearn',
    isPresent: () => spawnSync('/usr/bin/python3', ['-c', 'import sklearn']).status === 0,
  },
] as const;

/**
 * Runs once before all tests. On Debian as root it fetches what is missing; elsewhere it says what is missing.
 * With CI=true a missing piece fails the suite, so that no test ever vanishes silently.
 */
export function setup(): void {
  let missing = PIECES.filter((piece) => !piece.isPresent());
  if (missing.length > 0 && process.getuid?.() === 0 && onPath('apt-get')) {
    const packages = missing.map((piece) => piece.debian);
    process.stderr.write(`fetching ${packages.join(', ')} with apt-get …\n`);
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    });
    missing = PIECES.filter((piece) => !piece.isPresent());
  }
  if (missing.length === 0) return;
  const names = missing.map((piece) => `${piece.name} (Debian package ${piece.debian})`).join(', ');
  if (process.env['CI'] === 'true') throw new Error(`tests cannot run without ${names}`);
  process.stderr.write(
    `\nNOT INSTALLED: ${names}. The tests that need them will fail or say that they were skipped.\n\n`,
  );
}

function onPath(program: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
