/**
 * File of a module that another thread or process starts from. Published code runs from `dist/`, where the
 * module lies beside its caller. Tests and benchmarks import the sources in `src/`, which Node cannot start a
 * thread from; they use the compiled twin in `dist/`, which `npm test` and `npm run bench` build first.
 *
 * @param callerUrl `import.meta.url` of the caller
 * @param relativePath path of the module from the caller, without its extension: `./compute-worker`
 */
export function moduleEntry(callerUrl: string, relativePath: string): URL {
  if (!callerUrl.endsWith('.ts')) return new URL(`${relativePath}.js`, callerUrl);
  const source = new URL(`${relativePath}.ts`, callerUrl).href;
  const marker = source.lastIndexOf('/src/');
  return new URL(
    `${source.slice(0, marker)}/dist/${source.slice(marker + '/src/'.length, -'.ts'.length)}.js`,
  );
}
