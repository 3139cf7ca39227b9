import { isSideFile } from '../migrations/frameworks/frameworks.ts';
import type { LintRequest } from '../migrations/lint.ts';
import type { CommandIo } from './command.ts';
import type { LintArguments } from './lint-arguments.ts';
import { type FoundFiles, isWanted, readSqlPaths } from './lint-paths.ts';

/** What is judged and what ran before it. */
export interface LintMaterial extends Pick<LintRequest, 'files' | 'history' | 'removed'> {
  /** Paths that could not be read, with the reason. */
  readonly unreadable: readonly string[];
}

type Given = Pick<LintArguments, 'paths' | 'since' | 'history'>;

function count(files: readonly { readonly path: string }[]): number {
  return files.filter(({ path }) => !isSideFile(path)).length;
}

async function sinceCommit(ref: string, found: FoundFiles, { paths }: Given, io: CommandIo): Promise<LintMaterial> {
  const { readSince } = await import('./since.ts');
  const question = { ref, cwd: io.cwd, paths: found.paths, found: found.files };
  const split = await readSince({ ...question, wanted: isWanted, isAside: isSideFile });
  if (count(split.files) === 0) {
    const known = `${count(split.history)} ${count(split.history) === 1 ? 'file was' : 'files were'} there before`;
    io.stderr.write(`safety-gate lint: nothing is new since ${ref} in ${paths.join(', ')}; ${known}\n`);
  }
  return { ...split, unreadable: found.problems };
}

/** Reads the paths and, where it is asked for, what ran before them. @throws GitFailed */
export async function readMaterial(given: Given, io: CommandIo): Promise<LintMaterial> {
  const found = await readSqlPaths(given.paths, io);
  if (given.since !== undefined) return sinceCommit(given.since, found, given, io);
  if (given.history.length === 0) return { files: found.files, unreadable: found.problems };
  const past = await readSqlPaths(given.history, io);
  const now = new Set(found.files.map(({ path }) => path));
  return {
    files: [...found.files, ...past.files.filter((file) => 'error' in file)],
    history: past.files.filter((file) => 'sql' in file).filter(({ path }) => !now.has(path)),
    unreadable: [...found.problems, ...past.problems],
  };
}
