#!/usr/bin/env node
// A checkout runs its sources; an installed package runs the bundle, since Node refuses to strip types below node_modules.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `safety-gate: Node ${process.versions.node} is too old; Node 24 or newer is needed. ` +
      'In a checkout run it as "npx safety-gate", which uses the Node 24 that npm ci installed.\n',
  );
  process.exit(2);
}

// Stripped types and compiled code are kept between runs, in our own folder and not in a shared temporary one, where
// another user could plant code. Where the folder is not writable, nothing is kept.
const { enableCompileCache } = await import('node:module');
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/safety-gate', import.meta.url)));

const sources = new URL('../src/main.ts', import.meta.url);
const bundle = new URL('../dist/main.js', import.meta.url);
const entry = existsSync(sources) ? sources : bundle;
await import(entry.href);
