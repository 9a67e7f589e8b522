import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LoadedConfig, readConfig } from '../config/read-config.ts';
import { UsageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

/** Configs that travel with the package. */
const BUNDLED_FOLDER = fileURLToPath(new URL('../../configs/', import.meta.url));
/** Describes every key of a config. */
export const SCHEMA_FILE = join(BUNDLED_FOLDER, 'schema.json');
/** What `dimsweep init` writes and `dimsweep run` looks for when no config is named. */
export const LOCAL_CONFIG = 'dimsweep.yaml';

/** Names of the bundled configs, without ending. */
export function bundledConfigNames(): string[] {
  return readdirSync(BUNDLED_FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

/**
 * Path of a bundled config.
 *
 * @throws UsageError that lists the names when there is none of this name
 */
export function bundledConfigFile(name: string): string {
  const names = bundledConfigNames();
  if (names.includes(name)) return join(BUNDLED_FOLDER, `${name}.yaml`);
  const near = nearestName(name, names);
  throw new UsageError(`there is no config ${name}`, {
    hint: `Give a file, or one of ${names.join(', ')}${near === undefined ? '' : ` (did you mean ${near}?)`}.`,
  });
}

/**
 * Reads the config a command was given: a file, the name of a bundled one, or, when nothing was given,
 * `dimsweep.yaml` in the working directory and else the bundled default.
 */
export function readConfigArgument(
  given: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  overrides: readonly string[],
): LoadedConfig {
  return readConfig(configFile(given), { environment, overrides });
}

function configFile(given: string | undefined): string {
  if (given === undefined) return existsSync(LOCAL_CONFIG) ? LOCAL_CONFIG : bundledConfigFile('default');
  if (existsSync(given) || /[/\\.]/.test(given)) return given;
  return bundledConfigFile(given);
}
