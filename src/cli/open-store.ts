import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { lockDataDirectory } from '../database/data-directory-lock.ts';
import { openEmbedded } from '../database/embedded.ts';
import { openEmbeddedStore, openPostgresStore, type Store } from '../database/store.ts';
import { StoreUnavailable } from '../database/store-unavailable.ts';

/**
 * Opens the store that the environment names, and takes the data directory where it is the embedded one.
 * @throws StoreUnavailable
 */
export async function openStore(environment: Environment): Promise<Store> {
  if (environment.databaseUrl !== undefined) return openPostgresStore(environment.databaseUrl);
  const directory = environment.dataDirectory;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const message = `cannot make data directory ${directory}: ${String(cause)}; set SAFETY_GATE_DATA to a writable place`;
    throw new StoreUnavailable('data-directory-unusable', message, { cause });
  }
  const unlock = await lockDataDirectory(directory, controlSocket(directory));
  try {
    const store = await openEmbeddedStore(await openEmbedded(directory));
    return {
      ...store,
      async close() {
        await store.close();
        await unlock();
      },
    };
  } catch (cause) {
    await unlock();
    throw cause;
  }
}

/** A Unix socket's path may have at most 107 bytes (unix(7)): where the directory's is longer, one in the temp directory. */
export function controlSocket(directory: string): string {
  const beside = join(directory, 'control.sock');
  if (Buffer.byteLength(beside) <= 107) return beside;
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `safety-gate-${name}.sock`);
}
