import { readFileSync } from 'node:fs';

/** Names of the WebAssembly modules that `src/wasm/build.mjs` compiles from `src/wasm/assembly/`. */
export type WasmModuleName = 'gemm' | 'kernels' | 'scan' | 'tsne';

const compiled = new Map<WasmModuleName, WebAssembly.Module>();

/**
 * The compiled module, read once per thread. A `WebAssembly.Module` can be posted to workers, so that one
 * compilation serves all threads.
 *
 * @throws Error when the build step has not run.
 */
export function wasmModule(name: WasmModuleName): WebAssembly.Module {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(readFileSync(wasmFile(name)));
  compiled.set(name, module);
  return module;
}

function wasmFile(name: WasmModuleName): URL {
  const beside = new URL(`./${name}.wasm`, import.meta.url);
  return import.meta.url.endsWith('.ts') ? new URL(`../../dist/wasm/${name}.wasm`, import.meta.url) : beside;
}
