import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 compile WebAssembly with its baseline compiler only, for the whole process: call it before the first module
 * is compiled. Our two large modules, the SQL parser and the embedded PostgreSQL, run too little code too often for the
 * optimising compiler to pay. Measured: lint of 300 files 0.18 s against 0.38 s, 125 MB against 640; the embedded store
 * opens in 0.56 s against 0.84 s, 205 MB at rest against 287, and its statements are no slower.
 */
export function useBaselineCompilerOnly(): void {
  // `--liftoff-only` implies the other two, but at run time V8 no longer works out what follows from it.
  for (const flag of ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering']) setFlagsFromString(flag);
}
