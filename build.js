// Bundles what is published: the program with its worker entries into dist/, each Lambda hook into one file of its own.
import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';

// npm packs a git dependency (as pre-commit installs us) with the script `prepare` alone, from a clone in its cache. It runs
// that script after every npm ci as well, where nobody waits for a bundle.
const cache = process.env.npm_config_cache;
if (process.argv.includes('--in-npm-cache') && !(cache && import.meta.dirname.startsWith(cache))) process.exit();

const { build } = await import('esbuild');

rmSync('dist', { recursive: true, force: true });

const shared = { bundle: true, platform: 'node', target: 'node24', format: 'esm', logLevel: 'warning' };

// Dependencies stay outside: WASM and native files must be found where npm put them.
await build({
  ...shared,
  packages: 'external',
  splitting: true,
  outdir: 'dist',
  entryPoints: {
    main: 'src/main.ts',
    'initialize-embedded': 'src/database/initialize-embedded.ts',
    'lint-worker': 'src/migrations/worker.ts',
  },
});

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
