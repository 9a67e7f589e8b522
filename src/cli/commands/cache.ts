import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GateError, NoVerdictError } from '../../core/errors.ts';
import { formatBytes, formatNumber, formatPercent } from '../../core/figure-text.ts';
import { type CacheCheck, checkCache } from '../../run/check-cache.ts';
import { openRunCache } from '../../run/run-cache.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfigArgument } from '../config-file.ts';
import { CONFIG_POSITIONAL, SET_OPTION } from '../options.ts';
import { createProgress } from '../progress.ts';

/** Looks after the vectors that quality passes keep between runs. */
export const cache = command({
  usage: 'cache <action> [config]',
  summary: 'verify, measure or empty the embedding cache',
  options: (y) =>
    y
      .positional('action', {
        choices: ['verify', 'size', 'clear'] as const,
        demandOption: true,
        describe: 'verify embeds a sample again and reports drift',
      })
      .positional('config', CONFIG_POSITIONAL)
      .option('sample', { type: 'number', default: 200, describe: 'cached vectors that verify embeds again' })
      .option('set', SET_OPTION)
      .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' })
      .example('$0 cache verify my.yaml', 'does the server still give the vectors that are kept?')
      .example('$0 cache clear my.yaml', 'forget every vector'),
  async act(args, context) {
    const { terminal, clock, environment } = context;
    const loaded = readConfigArgument(args.config, environment, args.set);
    const progress = createProgress(terminal, clock);
    if (args.action === 'verify') {
      const check = await verify(args.sample, loaded, progress, context);
      terminal.out(args.json ? `${JSON.stringify(withoutServer(check), undefined, 2)}\n` : driftText(check));
      requireSameVectors(check);
      return;
    }
    const store = await openRunCache(loaded, { clock, environment, emit: progress.emit });
    try {
      const { location } = store;
      if (args.action === 'size') {
        const { entries, bytes } = await store.size();
        const text = `${formatNumber(entries)} vectors, ${formatBytes(bytes)}, in ${location}\n`;
        terminal.out(args.json ? `${JSON.stringify({ location, entries, bytes })}\n` : text);
      } else {
        const removed = await store.clear();
        const text = `${formatNumber(removed)} vectors removed from ${location}\n`;
        terminal.out(args.json ? `${JSON.stringify({ location, removed })}\n` : text);
      }
    } finally {
      await store.close();
    }
  },
});

async function verify(
  sample: number,
  loaded: ReturnType<typeof readConfigArgument>,
  progress: ReturnType<typeof createProgress>,
  { clock, environment, signal }: CommandContext,
): Promise<CacheCheck> {
  const logDirectory = mkdtempSync(join(tmpdir(), 'dimsweep-cache-'));
  try {
    return await checkCache({
      loaded,
      sample,
      logDirectory,
      clock,
      environment,
      signal,
      emit: progress.emit,
    });
  } finally {
    progress.close();
    rmSync(logDirectory, { recursive: true, force: true });
  }
}

function withoutServer({ server, ...drift }: CacheCheck) {
  return { ...drift, model: server.model, fingerprint: server.fingerprint };
}

function driftText({
  location,
  server,
  checked,
  identical,
  changed,
  missing,
  failed,
  cosineMin,
}: CacheCheck) {
  const lines = [
    `${location}, against ${server.model} (${server.fingerprint.slice(0, 12)})`,
    `  ${checked} vectors compared: ${identical} equal bit for bit, ${changed} changed`,
    ...(cosineMin === undefined ? [] : [`  smallest cosine to the kept vector ${cosineMin.toFixed(6)}`]),
    ...(missing === 0 ? [] : [`  ${missing} texts looked up were not in the cache`]),
    ...(failed === 0 ? [] : [`  ${failed} texts got no vector from the server`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** @throws GateError when vectors changed, NoVerdictError when none could be compared */
function requireSameVectors({ checked, changed, changedShare, location }: CacheCheck): void {
  if (checked === 0) {
    throw new NoVerdictError('nothing that this config would send is in the cache', {
      where: location,
      hint: 'Run it once with the cache on; a server with another fingerprint has entries of its own.',
    });
  }
  if (changed > 0) {
    throw new GateError(`${formatPercent(changedShare ?? 1)} of the compared vectors have changed`, {
      where: location,
      hint: 'The server computes other vectors than it did: empty the cache with dimsweep cache clear.',
    });
  }
}
