import { PGlite } from '@electric-sql/pglite';

// Runs as a process of its own: initdb in WASM touches some 300 MB that would otherwise stay with the service for life.
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('the directory to make is missing');
const pglite = await PGlite.create(directory);
await pglite.close();
