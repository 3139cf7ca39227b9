import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { SqlFile, UnreadableFile } from '../migrations/lint.ts';
import { decodeSql } from './decode-sql.ts';
import { GitFailed, git, gitText, readObjects } from './git.ts';

/** What is new since a commit, and what was there then. */
export interface SinceCommit {
  readonly files: readonly (SqlFile | UnreadableFile)[];
  readonly history: readonly SqlFile[];
  /** Paths of the history that are no longer there. */
  readonly removed: readonly string[];
}

interface Repository {
  /** Absolute, without following links: as the given paths are. */
  readonly root: string;
  readonly commit: string;
  /** Where the branch that is checked out left the commit's; undefined where they have nothing in common. */
  readonly base: string | undefined;
}

async function openRepository(directory: string, ref: string): Promise<Repository> {
  const up = await git(directory, ['rev-parse', '--show-cdup']);
  if (up.code !== 0) throw new GitFailed(`--since ${ref}: ${directory} is in no git repository (${up.stderr})`);
  const root = resolve(directory, up.stdout.toString().trim());
  const found = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (found.code !== 0) {
    const shallow = (await gitText(root, ['rev-parse', '--is-shallow-repository'])) === 'true';
    const way = shallow
      ? 'this clone is shallow: fetch it (git fetch --unshallow, or fetch-depth: 0 in the checkout step)'
      : 'write a branch, tag or commit that is here, such as origin/main';
    throw new GitFailed(`--since "${ref}": no such commit here; ${way}`);
  }
  const commit = found.stdout.toString().trim();
  const base = await git(root, ['merge-base', commit, 'HEAD']);
  return { root, commit, base: base.code === 0 ? base.stdout.toString().trim() : undefined };
}

/** Blobs of a commit below the folders, by path from the repository's root. */
async function blobsOf(root: string, commit: string, folders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const listing = await gitText(root, [
    '--literal-pathspecs',
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    commit,
    '--',
    ...folders,
  ]);
  const entries = listing.split('\0').filter((line) => line !== '');
  return new Map(
    entries.flatMap((line): [string, string][] => {
      const [, type, id] = line.slice(0, line.indexOf('\t')).split(' ');
      return type === 'blob' && id !== undefined ? [[line.slice(line.indexOf('\t') + 1), id]] : [];
    }),
  );
}

/** The folder whose migrations came before a file: one up from a folder that is a migration. */
function folderOf(absolute: string, isDirectory: boolean): string {
  if (isDirectory) return absolute;
  const folder = dirname(absolute);
  return /[/\\](migration|up|down)\.sql$/.test(absolute) ? dirname(folder) : folder;
}

function sameText(one: string, other: string): boolean {
  return one.replaceAll('\r\n', '\n') === other.replaceAll('\r\n', '\n');
}

async function textsOf(root: string, blobs: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  const paths = [...blobs.keys()];
  const objects = await readObjects(root, [...blobs.values()]);
  return new Map(
    objects.flatMap((bytes, at): [string, string][] => {
      const file = decodeSql(paths[at] ?? '', bytes);
      // what was unreadable then tells nothing
      return 'sql' in file ? [[file.path, file.sql]] : [];
    }),
  );
}

export interface SinceQuestion {
  readonly ref: string;
  readonly cwd: string;
  /** The paths as they were given, with what they are. */
  readonly paths: readonly { readonly path: string; readonly isDirectory: boolean }[];
  /** All files that those paths name now, those that are read along included. */
  readonly found: readonly (SqlFile | UnreadableFile)[];
  /** Whether a file of that name would be read. */
  readonly wanted: (path: string) => boolean;
  /** Files that are read along, and are there to explain the others. */
  readonly isAside: (path: string) => boolean;
}

/**
 * Splits the files that are there into what is new or changed since a commit, and what ran before it. A file that is as it was
 * where the branch left the commit's is not new, even when the commit has gone on since.
 * @throws GitFailed
 */
export async function readSince({ ref, cwd, paths, found, wanted, isAside }: SinceQuestion): Promise<SinceCommit> {
  const absolute = paths.map(({ path, isDirectory }) => folderOf(resolve(cwd, path), isDirectory));
  const repository = await openRepository(absolute[0] ?? cwd, ref);
  const { root, commit, base } = repository;
  const folders = absolute.map((folder) => {
    const inside = relative(root, folder).replaceAll('\\', '/');
    if (inside.startsWith('..') || isAbsolute(inside)) {
      throw new GitFailed(
        `--since ${ref}: ${folder} is outside of the repository ${root}: give its paths in a run of their own`,
      );
    }
    return inside === '' ? '.' : `${inside}/`;
  });
  const spelling = paths.some(({ path }) => isAbsolute(path))
    ? (path: string) => path
    : (path: string) => relative(cwd, path);
  const shown = (inside: string): string => spelling(join(root, inside)).replaceAll('\\', '/');
  const keep = (blobs: ReadonlyMap<string, string>) => new Map([...blobs].filter(([path]) => wanted(path)));
  const then = keep(await blobsOf(root, commit, folders));
  const before = base === undefined || base === commit ? then : keep(await blobsOf(root, base, folders));
  const [ran, left] = [await textsOf(root, then), before === then ? undefined : await textsOf(root, before)];
  const insideOf = (path: string): string => relative(root, resolve(cwd, path)).replaceAll('\\', '/');
  const isOld = (file: SqlFile): boolean => {
    const inside = insideOf(file.path);
    return [ran.get(inside), left?.get(inside)].some((text) => text !== undefined && sameText(text, file.sql));
  };
  const here = new Set(found.map(({ path }) => insideOf(path)));
  const complete = paths.every(({ isDirectory }) => isDirectory);
  return {
    files: found.filter((file) => !('sql' in file) || isAside(file.path) || !isOld(file)),
    history: [...ran].map(([inside, sql]) => ({ path: shown(inside), sql })),
    // what the commit brought since is not here yet; what was there before that and is not here, was taken away
    removed: complete ? [...before.keys()].filter((inside) => !here.has(inside)).map(shown) : [],
  };
}
