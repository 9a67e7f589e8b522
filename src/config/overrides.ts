import { type Document, isCollection, isMap, parse, YAMLMap, YAMLParseError } from 'yaml';
import { UsageError } from '../core/errors.ts';

/**
 * Applies `--set path=value` settings to the parsed document, in order. The value is YAML, so
 * `axes.batchSize=[1,4]` sets a list and `load=false` switches a pass off.
 *
 * @returns the paths that were set, as `a.b.c`, so that errors can say where a value came from
 * @throws UsageError when a setting is not `path=value` or its value is not YAML
 */
export function applyOverrides(document: Document, settings: readonly string[]): Set<string> {
  const paths = new Set<string>();
  for (const setting of settings) {
    const at = setting.indexOf('=');
    if (at < 1) {
      throw new UsageError(`--set ${setting} is not a setting`, {
        hint: 'Write --set path=value, for example --set axes.batchSize=[1,4].',
      });
    }
    const path = setting.slice(0, at).trim();
    setIn(document, path.split('.'), parsedValue(setting, setting.slice(at + 1)));
    paths.add(path);
  }
  return paths;
}

function parsedValue(setting: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const [what] = error.message.split(/ at line \d/);
    throw new UsageError(`the value of --set ${setting} is not YAML: ${what}`, {
      hint: "Quote it for the shell: --set 'axes.batchSize=[1, 4]'.",
    });
  }
}

/** `setIn` that turns a scalar on the way (such as `quality: false`) into a map first. */
function setIn(document: Document, keys: readonly string[], value: unknown): void {
  if (!isMap(document.contents)) document.contents = new YAMLMap(document.schema);
  for (let depth = 1; depth < keys.length; depth++) {
    const parent = keys.slice(0, depth);
    if (!isCollection(document.getIn(parent, true))) document.setIn(parent, new YAMLMap(document.schema));
  }
  document.setIn(keys, document.createNode(value));
}
