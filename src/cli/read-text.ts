import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a directory; name a file in it',
  EACCES: 'not readable for this user',
};

/** What the file system says of a file that cannot be read, in words; undefined for what it does not say so. */
export function fileProblem(cause: unknown): string | undefined {
  const { code } = cause as NodeJS.ErrnoException; // the file system's errors have one, others have not
  return words[String(code)];
}

/**
 * The text of a file that was named on the command line, from the folder that the command was called in.
 * @throws an error that names the file and, in words, why it cannot be read
 */
export async function readText(path: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, path), 'utf8');
  } catch (cause) {
    throw new Error(`${path}: ${fileProblem(cause) ?? `cannot be read (${String(cause)})`}`, { cause });
  }
}
