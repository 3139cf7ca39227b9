import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreUnavailable } from './store-unavailable.ts';

/** Who holds a data directory. `control` is the socket on which the holder serves `safety-gate token …`. */
export interface Holder {
  readonly pid: number;
  /** Start time of that process in clock ticks since boot (proc(5), field 22); null where there is no /proc. */
  readonly startTicks: string | null;
  readonly control: string;
}

const lockName = 'gate.lock';

/**
 * Takes the data directory for this process. A lock that a dead process left behind (kill -9) is taken over: the pid
 * and the start time in the file must belong to a living process for the lock to count.
 * @returns a function that gives the directory back
 * @throws StoreUnavailable `data-directory-in-use` when a living process holds it
 */
export async function lockDataDirectory(directory: string, control: string): Promise<() => Promise<void>> {
  const path = join(directory, lockName);
  const mine: Holder = { pid: process.pid, startTicks: await startTicks(process.pid), control };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createExclusively(path, JSON.stringify(mine))) return () => rm(path, { force: true });
    const holder = await readHolder(directory);
    if (holder !== undefined && (await isAlive(holder))) {
      throw new StoreUnavailable(
        'data-directory-in-use',
        `data directory ${directory} is in use by process ${holder.pid}; stop it, or set SAFETY_GATE_DATA to another directory`,
      );
    }
    await removeStale(path, holder);
  }
  throw new StoreUnavailable(
    'data-directory-in-use',
    `data directory ${directory} could not be locked: others keep taking it`,
  );
}

/** The holder that the lock file names, alive or not; undefined when there is no lock, or none that can be read. */
export async function readHolder(directory: string): Promise<Holder | undefined> {
  const text = await readFile(join(directory, lockName), 'utf8').catch(absent);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Holder; // we wrote it; a torn file fails to parse and counts as stale
  } catch {
    return undefined; // torn by a crash while writing: nobody holds it
  }
}

/** True while the process that took the lock still runs (a reused pid has another start time). */
export async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.pid === process.pid) return holder.startTicks === (await startTicks(process.pid));
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const ticks = await startTicks(holder.pid);
  return ticks === null || holder.startTicks === null || ticks === holder.startTicks;
}

async function createExclusively(path: string, text: string): Promise<boolean> {
  // Written aside and linked into place, so that nobody ever reads half a lock.
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, text, { mode: 0o600 });
  try {
    await link(aside, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StoreUnavailable('data-directory-unusable', `cannot write ${path}: ${String(cause)}`, { cause });
  } finally {
    await rm(aside, { force: true });
  }
}

async function removeStale(path: string, stale: Holder | undefined): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(absent);
  const moved = await readFile(aside, 'utf8').catch(absent);
  if (moved === undefined) return;
  // Somebody else took the stale lock over between our look and our rename: give theirs back.
  if (stale !== undefined && moved !== JSON.stringify(stale)) await link(aside, path).catch(absent);
  await unlink(aside).catch(absent);
}

async function startTicks(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(absent);
  // The command name (field 2) may hold spaces and parentheses; fields are counted after its last ')'.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function absent(cause: NodeJS.ErrnoException): undefined {
  if (cause.code === 'ENOENT' || cause.code === 'EEXIST') return undefined;
  throw cause;
}
