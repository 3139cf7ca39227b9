import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isSideFile } from '../migrations/frameworks/frameworks.ts';
import type { SqlFile } from '../migrations/lint.ts';
import { decodeSql } from './decode-sql.ts';

/** Levels above a given path in which a project keeps its manifest and its tools' settings. */
const levelsUp = 6;
const largestBytes = 1_000_000;

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a folder above that we may not read tells nothing
  }
}

function readSmall(absolute: string, spelling: string): readonly SqlFile[] {
  const size = statSync(absolute, { throwIfNoEntry: false })?.size;
  if (size === undefined || size > largestBytes) return [];
  const file = decodeSql(spelling, readFileSync(absolute));
  return 'sql' in file ? [file] : [];
}

/** Small files beside and above a path, up to the repository's root: manifests, settings, plans. */
export function readSideFiles(cwd: string, path: string, isDirectory: boolean): readonly SqlFile[] {
  const found: SqlFile[] = [];
  const spell = (absolute: string): string => (isAbsolute(path) ? absolute : relative(cwd, absolute));
  let folder = dirname(resolve(cwd, path));
  const journal = join(folder, 'meta', '_journal.json'); // of Drizzle: the one file that lies below those that it is about
  if (!isDirectory) found.push(...readSmall(journal, spell(journal)));
  for (let level = 0; level < levelsUp; level += 1) {
    const entries = entriesOf(folder);
    for (const entry of entries) {
      const absolute = join(folder, entry.name);
      if (entry.isFile() && isSideFile(entry.name)) found.push(...readSmall(absolute, spell(absolute)));
    }
    if (entries.some(({ name }) => name === '.git') || dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  return found;
}
