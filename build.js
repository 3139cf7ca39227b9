// Bundles what is published: the program with its worker entries into dist/, each Lambda hook into one file of its own.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// npm packs a git dependency (as pre-commit installs us) with the script `prepare` alone, from a clone in its cache. It runs
// that script after every npm ci as well: a checkout has the bundle then, which runs until somebody changes its sources.
const preparing = process.argv.includes('--prepare');
const cache = process.env.npm_config_cache;
const inCache = preparing && cache !== undefined && cache !== '' && import.meta.dirname.startsWith(cache);

/** npm 11 prepares a clone for a global installation without its dev dependencies: esbuild is then fetched beside it. */
function fetchEsbuild() {
  const directory = mkdtempSync(join(tmpdir(), 'safety-gate-build-'));
  const { devDependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  const wanted = `esbuild@${devDependencies.esbuild}`;
  const env = { ...process.env, npm_config_global: 'false', npm_config_prefix: directory };
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', directory, wanted], { env, stdio: 'ignore' });
  return createRequire(join(directory, 'package.json'))('esbuild');
}

const esbuild = await import('esbuild').catch((error) => {
  if (!preparing || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  if (inCache) return fetchEsbuild();
  process.exit(); // npm ci --omit=dev: the sources run
});
const { build } = esbuild;

rmSync('dist', { recursive: true, force: true });

const shared = { bundle: true, platform: 'node', target: 'node24', format: 'esm', logLevel: 'warning' };

// Dependencies stay outside: WASM and native files must be found where npm put them.
await build({
  ...shared,
  packages: 'external',
  splitting: true,
  outdir: 'dist',
  entryPoints: {
    'conclude-worker': 'src/canary/conclude-worker.ts',
    'initialize-embedded': 'src/database/initialize-embedded.ts',
    'judge-worker': 'src/cli/judge-worker.ts',
    'lint-worker': 'src/migrations/worker.ts',
  },
});

/**
 * Node's own modules, not imported, and of each only what is used: whoever imports or copies a module has it read all that it
 * exports, which loads streams, readline and a dozen more.
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.getOwnPropertyNames(process.getBuiltinModule(path)).filter((name) =>
        /^[a-z][a-z0-9]*$/i.test(name),
      );
      const lines = names.map((name) => `const own_${name} = /* @__PURE__ */ get('${name}');`);
      const exported = [
        ...names.map((name) => `own_${name} as ${name}`),
        ...(names.includes('default') ? [] : ['all as default']),
      ];
      return {
        contents: `const all = process.getBuiltinModule('${path}');
const get = (name) => all[name];
${lines.join('\n')}
export { ${exported.join(', ')} };`,
      };
    });
  },
};

// The program is one file, of which each part is evaluated when a command imports it: a function of what CommonJS gives its
// modules, so that bin/safety-gate.js can keep V8's compiled code of it. Small, since every run reads it; names stay, and lines
// are short, so that a stack trace says something. The first line tells builds apart.
const { outputFiles } = await build({
  ...shared,
  format: 'cjs',
  packages: 'external',
  plugins: [builtins],
  define: { 'import.meta.url': 'moduleUrl' },
  supported: { 'dynamic-import': false }, // a script's import() is experimental in Node, and warns; require() takes ES modules
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  write: false,
  entryPoints: ['src/main.ts'],
});
for (const { contents, text } of outputFiles) {
  const id = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const head = '"use strict"; const moduleUrl = process.getBuiltinModule("node:url").pathToFileURL(__filename).href;';
  writeFileSync('dist/main.cjs', `//${id}\n(function (require, module, __filename) {${head}\n${text}\n})`);
}

// The hooks take the AWS SDK with them, which a clone in npm's cache does not have; whoever lints does not need them.
if (preparing) process.exit();

// A Lambda function is one file with everything in it. CommonJS, since the SDK's dependencies `require` at run time.
const hooks = readdirSync('hooks/lambda').filter((name) => /^(before|after)-[a-z-]+\.ts$/.test(name));
await build({
  ...shared,
  format: 'cjs',
  minify: true,
  outdir: 'dist/hooks/lambda',
  outExtension: { '.js': '.cjs' },
  entryPoints: hooks.map((name) => `hooks/lambda/${basename(name)}`),
});
