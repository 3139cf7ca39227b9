import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

// Runs in a worker: initdb in WASM touches some 300 MB that would otherwise stay with the service for life.
const directory: string = workerData;
const pglite = await PGlite.create(directory);
await pglite.close();
parentPort?.postMessage('initialized');
