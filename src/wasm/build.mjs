/**
 * Compiles every entry of `src/wasm/assembly/` (AssemblyScript, SIMD128) to `dist/wasm/<name>.wasm`. An entry
 * is a file with a line `// build: <asc options>`; other files there are imported by entries. A module whose
 * sources have not changed since its last build is left as it is.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const assembly = fileURLToPath(new URL('./assembly/', import.meta.url));
const out = fileURLToPath(new URL('../../dist/wasm/', import.meta.url));
mkdirSync(out, { recursive: true });

const sources = readdirSync(assembly).filter((file) => file.endsWith('.ts'));
const digest = createHash('sha256');
for (const file of [...sources, '../build.mjs']) digest.update(readFileSync(`${assembly}${file}`));
const stamp = digest.digest('hex');

for (const file of sources) {
  const options = /^\/\/ build: (.*)$/m.exec(readFileSync(`${assembly}${file}`, 'utf8'))?.[1];
  if (options === undefined) continue;
  const name = file.slice(0, -'.ts'.length);
  const target = `${out}${name}.wasm`;
  const stampFile = `${target}.stamp`;
  if (existsSync(target) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) continue;
  const { error, stderr } = await asc.main([
    `${assembly}${file}`,
    '--outFile',
    target,
    '-O3',
    '--runtime',
    'stub',
    '--enable',
    'simd',
    ...options.split(/\s+/).filter(Boolean),
  ]);
  if (error) {
    process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}
