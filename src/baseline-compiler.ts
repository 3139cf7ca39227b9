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

/**
 * For a command that ends within a second or two: JavaScript goes as far as V8's middle compiler (Maglev), and learns about types
 * from the first call on. What the last compiler makes comes too late to be used. Measured on 684 files of a real history,
 * whole process, pair by pair: 0.93 of the processor time.
 */
export function favourShortRuns(): void {
  for (const flag of ['--no-opt', '--no-lazy-feedback-allocation']) setFlagsFromString(flag);
}
