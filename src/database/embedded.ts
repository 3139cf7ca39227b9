import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { useBaselineCompilerOnly } from '../baseline-compiler.ts';
import { entryUrl } from '../entry-url.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Making a database takes about 3 s; a machine on which it takes this long is ill. */
const initializeMilliseconds = 60_000;

/**
 * Opens the embedded PostgreSQL below `directory`, making it first where there is none.
 * It is made aside and renamed into place: a crash half-way leaves nothing that looks like a database.
 * The data survive the death of the process; against loss of power use DATABASE_URL (PGlite runs without fsync).
 */
export async function openEmbedded(directory: string): Promise<PGlite> {
  useBaselineCompilerOnly();
  const cluster = join(directory, 'postgres');
  try {
    if (!existsSync(cluster)) await initialize(directory, cluster);
    return await PGlite.create(cluster, {
      // 160 MB of shared buffers is PGlite's default; the gate's few megabytes of rows do well with 4.
      startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=4MB'],
    });
  } catch (cause) {
    throw new StoreUnavailable('data-directory-unusable', `cannot open the store in ${cluster}: ${String(cause)}`, {
      cause,
    });
  }
}

async function initialize(directory: string, cluster: string): Promise<void> {
  const aside = join(directory, 'postgres.new');
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const entry = fileURLToPath(entryUrl('initialize-embedded', import.meta.url));
  await promisify(execFile)(process.execPath, [entry, aside], { timeout: initializeMilliseconds });
  await rename(aside, cluster);
}
