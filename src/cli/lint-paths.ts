import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SqlFile, UnreadableFile } from '../migrations/lint.ts';
import { naturalOrder } from './natural-order.ts';

export interface FoundFiles {
  readonly files: readonly (SqlFile | UnreadableFile)[];
  /** Paths that are not there or cannot be opened, with the reason. */
  readonly problems: readonly string[];
}

/**
 * Paths of the `*.sql` files, written the way in which the directory was. Here and below files are read one after the
 * other: nothing else is waiting, and 570 small ones take 7 ms this way and 60 ms through promises.
 */
function sqlFilesBelow(cwd: string, directory: string): string[] {
  const found: string[] = [];
  const pending = [directory];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of readdirSync(resolve(cwd, next), { withFileTypes: true })) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile() && entry.name.toLowerCase().endsWith('.sql')) found.push(path);
    }
  }
  return found.sort(naturalOrder);
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

function readOne(cwd: string, path: string): FoundFiles {
  return { files: [decodeSql(path, readFileSync(resolve(cwd, path)))], problems: [] };
}

/** What cannot be had is in the report as well: a run that read nothing must not look like a pass. */
function missing(path: string, message: string): FoundFiles {
  return { files: [{ path, error: { message, line: 1, column: 1 } }], problems: [`${path}: ${message}`] };
}

function readPath(cwd: string, path: string): FoundFiles {
  const absolute = resolve(cwd, path);
  try {
    if (!statSync(absolute).isDirectory()) return readOne(cwd, path);
    const names = sqlFilesBelow(cwd, path);
    if (names.length === 0) return missing(path, 'no *.sql file in this directory');
    return { files: names.flatMap((name) => readOne(cwd, name).files), problems: [] };
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
        : readPath(io.cwd, path),
    );
  }
  const seen = new Set<string>();
  const files = found.flatMap((each) => each.files).filter(({ path }) => !seen.has(path) && seen.add(path));
  return { files, problems: found.flatMap((each) => each.problems) };
}
