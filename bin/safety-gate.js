#!/usr/bin/env node
// A checkout runs its sources, or the bundle where that is newer; an installed package has only the bundle, since Node
// refuses to strip types below node_modules.

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `safety-gate: Node ${process.versions.node} is too old; Node 24 or newer is needed. ` +
      'In a checkout run it as "npx safety-gate", which uses the Node 24 that npm ci installed.\n',
  );
  process.exit(2);
}

// Not imported: whoever imports one of Node's own modules has it read all its exports, which loads a dozen others.
const fs = process.getBuiltinModule('node:fs');
const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
const { dirname, join } = process.getBuiltinModule('node:path');

const root = dirname(import.meta.dirname);
const sources = join(root, 'src');
const bundle = join(root, 'dist/main.cjs');

// Stripped types and compiled code are kept between runs, in our own folder and not in a shared temporary one, where
// another user could plant code. Where the folder is not writable, nothing is kept.
const kept = join(root, 'node_modules/.cache/safety-gate');
enableCompileCache(kept);

/** True when nothing below the sources was changed after the bundle was built. */
function isBundleFresh() {
  const built = fs.statSync(bundle, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return false;
  const pending = [sources];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (fs.statSync(next).mtimeMs > built) return false;
    for (const entry of fs.readdirSync(next, { withFileTypes: true })) {
      const path = `${next}/${entry.name}`;
      if (entry.isDirectory()) pending.push(path);
      else if (fs.statSync(path).mtimeMs > built) return false;
    }
  }
  return true;
}

/**
 * Has V8 do for `lint` what pays for a run that is hardly longer than compiling what it uses. To be called before the program
 * is compiled, since V8 takes compiled code only under the flags under which it was made.
 */
function favourShortRuns() {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  process.stdout; // loads what it needs, for which Node has compiled code as long as the flags are its own
  // Those of the parser (src/baseline-compiler.ts) would come too late.
  const parser = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];
  // No last compiler (Turbofan), and the one before it (Maglev) only for what is called thousands of times; types are learned
  // from the first call on; and what ran once stays compiled, for the next run.
  const run = [
    '--no-opt',
    '--invocation-count-for-maglev=2000',
    '--no-lazy-feedback-allocation',
    '--no-flush-bytecode',
  ];
  for (const flag of [...parser, ...run]) setFlagsFromString(flag);
}

/**
 * Before the code in the file: its checksum, without which a damaged file would crash V8, how many runs have written it, and the
 * microseconds of the last of them.
 */
const headBytes = 16;

/** The file's code and the time of the run that wrote it; undefined for no such file and a damaged one. */
function readCode(file, crc32) {
  let content;
  try {
    content = fs.readFileSync(file);
  } catch {
    return undefined; // the first run, or nothing can be kept
  }
  const code = content.subarray(headBytes);
  if (code.length === 0 || content.readUInt32LE() !== crc32(code)) return undefined;
  return { code, writes: content.readUInt32LE(4), user: content.readDoubleLE(8) };
}

/**
 * What V8 compiled in an earlier run. Node's own cache keeps what is compiled when a module is loaded; this one keeps all that
 * a run has used. Measured on 571 files: 280 ms of processor time instead of 380.
 * @param build what tells the source from all others: V8 itself compares only lengths
 */
function openCodeCache(build, crc32) {
  const file = join(kept, `lint-${process.version}-${process.arch}-${build}`);
  const found = readCode(file, crc32);
  return {
    code: found?.code,
    /** At the end of a run: one of the first three, or one that worked twice as long and so has used more of the program. */
    keep(script) {
      const { user } = process.threadCpuUsage();
      const writes = script.cachedDataRejected === false ? (found?.writes ?? 0) : 0;
      if (found !== undefined && writes >= 3 && user < 2 * found.user) return;
      const code = script.createCachedData();
      const head = Buffer.alloc(headBytes);
      head.writeUInt32LE(crc32(code));
      head.writeUInt32LE(writes + 1, 4);
      head.writeDoubleLE(user, 8);
      try {
        const unfinished = `${file}.${process.pid}`;
        fs.writeFileSync(unfinished, Buffer.concat([head, code]));
        fs.renameSync(unfinished, file);
      } catch {
        // Nothing can be kept.
      }
    },
  };
}

function runBundle() {
  const { Script } = process.getBuiltinModule('node:vm');
  const { crc32 } = process.getBuiltinModule('node:zlib');
  const isShort = process.argv[2] === 'lint';
  if (isShort) favourShortRuns();
  const source = fs.readFileSync(bundle, 'latin1'); // ASCII, with a digest in the first line: build.js
  const cache = isShort ? openCodeCache(source.slice(2, 18), crc32) : undefined;
  const script = new Script(source, {
    filename: bundle,
    cachedData: cache?.code,
  });
  if (cache !== undefined) process.once('exit', () => cache.keep(script));
  script.runInThisContext()(createRequire(bundle), { exports: {} }, bundle);
}

if (fs.existsSync(sources) && !isBundleFresh()) {
  if (process.argv[2] === 'lint') favourShortRuns();
  await import('../src/main.ts');
} else runBundle();
