import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { SqlFile, UnreadableFile } from '../migrations/lint.ts';

export interface FoundFiles {
  readonly files: readonly (SqlFile | UnreadableFile)[];
  /** Paths that are not there or cannot be opened, with the reason. */
  readonly problems: readonly string[];
}

/** 2 before 10: the order in which migration runners go through numbered files. */
const natural = new Intl.Collator('en', { numeric: true });

/** Paths of the `*.sql` files, written the way in which the directory was. */
async function sqlFilesBelow(cwd: string, directory: string): Promise<string[]> {
  const entries = await readdir(resolve(cwd, directory), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith('.sql'))
    .map((entry) => join(directory, relative(resolve(cwd, directory), entry.parentPath), entry.name))
    .sort((one, other) => natural.compare(one, other));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Position of the first byte that is no UTF-8, found by reading the longest valid beginning. */
function invalidPosition(bytes: Uint8Array): { line: number; column: number } {
  let low = 0;
  let high = bytes.length;
  const valid = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false; // the decoder's one error: a byte sequence that is no UTF-8
    }
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valid(middle)) low = middle;
    else high = middle - 1;
  }
  const before = new TextDecoder().decode(bytes.subarray(0, low), { stream: true });
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** Bytes to text; what is no UTF-8 takes its place in the report as an unreadable file. */
export function decodeSql(path: string, bytes: Uint8Array): SqlFile | UnreadableFile {
  try {
    return { path, sql: utf8.decode(bytes) };
  } catch {
    // TextDecoder throws for nothing else in fatal mode
    const message = 'not UTF-8: convert the file, for instance with iconv -t UTF-8';
    return { path, error: { message, ...invalidPosition(bytes) } };
  }
}

async function readOne(cwd: string, path: string): Promise<FoundFiles> {
  return { files: [decodeSql(path, await readFile(resolve(cwd, path)))], problems: [] };
}

/** What cannot be had is in the report as well: a run that read nothing must not look like a pass. */
function missing(path: string, message: string): FoundFiles {
  return { files: [{ path, error: { message, line: 1, column: 1 } }], problems: [`${path}: ${message}`] };
}

async function readPath(cwd: string, path: string): Promise<FoundFiles> {
  const absolute = resolve(cwd, path);
  try {
    if (!(await stat(absolute)).isDirectory()) return await readOne(cwd, path);
    const names = await sqlFilesBelow(cwd, path);
    if (names.length === 0) return missing(path, 'no *.sql file in this directory');
    const read = await Promise.all(names.map((name) => readOne(cwd, name)));
    return { files: read.flatMap((each) => each.files), problems: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // what node:fs throws
    if (code === 'ENOENT') return missing(path, 'no such file or directory');
    if (code !== undefined) return missing(path, `not readable (${code})`);
    throw error;
  }
}

async function readStream(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads files, directories (all `*.sql` below, in natural order) and `-` (standard input), each path once. */
export async function readSqlPaths(
  paths: readonly string[],
  io: { cwd: string; stdin: NodeJS.ReadableStream },
): Promise<FoundFiles> {
  const found: FoundFiles[] = [];
  for (const path of paths) {
    found.push(
      path === '-'
        ? { files: [decodeSql('<stdin>', await readStream(io.stdin))], problems: [] }
        : await readPath(io.cwd, path),
    );
  }
  const seen = new Set<string>();
  const files = found.flatMap((each) => each.files).filter(({ path }) => !seen.has(path) && seen.add(path));
  return { files, problems: found.flatMap((each) => each.problems) };
}
