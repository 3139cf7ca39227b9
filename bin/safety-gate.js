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
 * Runs the bundle for `lint`, whose whole run is hardly longer than compiling what it uses. Node's compile cache keeps what
 * V8 compiles when it loads a module; this one keeps what a run has used, and saves a further 60 ms.
 */
function lintFromBundle() {
  const { Script, constants } = process.getBuiltinModule('node:vm');
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  process.stdout; // loads what it needs, for which Node has compiled code as long as the flags are its own
  // V8 takes compiled code only under the flags under which it was made: those of the parser (src/baseline-compiler.ts) come
  // first, therefore. For the rest: the run ends before V8's last compiler pays, and before the one in the middle pays for
  // what is not called thousands of times; types are learned from the first call on; and what ran once is kept for the cache.
  const parsing = ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'];
  const short = [
    '--no-opt',
    '--invocation-count-for-maglev=2000',
    '--no-lazy-feedback-allocation',
    '--no-flush-bytecode',
  ];
  for (const flag of [...parsing, ...short]) setFlagsFromString(flag);

  const source = fs.readFileSync(bundle, 'latin1'); // esbuild writes ASCII
  const id = source.slice(2, 18); // build.js puts a digest there: V8 itself compares only lengths
  const file = join(kept, `lint-${process.version}-${process.arch}-${id}`);
  let before;
  try {
    before = fs.readFileSync(file);
  } catch {
    // The first run, or nothing can be kept.
  }
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: bundle,
    cachedData: before?.subarray(8),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const usable = before !== undefined && script.cachedDataRejected === false;
  process.once('exit', () => {
    // A run that works twice as long as the one that wrote the cache has used more of the program.
    const { user } = process.cpuUsage();
    if (usable && user < 2 * before.readDoubleLE()) return;
    const head = Buffer.alloc(8);
    head.writeDoubleLE(user);
    try {
      const unfinished = `${file}.${process.pid}`;
      fs.writeFileSync(unfinished, Buffer.concat([head, script.createCachedData()]));
      fs.renameSync(unfinished, file);
    } catch {
      // Nothing can be kept.
    }
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

if (fs.existsSync(sources) && !isBundleFresh()) await import('../src/main.ts');
else if (process.argv[2] === 'lint') lintFromBundle();
else await import('../dist/main.cjs');
