import { spawn } from 'node:child_process';

/** git is not there, or did not do what it was asked for; the message says what and the way out. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed';
  readonly code = 'git-failed';
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const timeoutSeconds = 60;

/**
 * Runs git and waits for its end, a minute at most.
 * @throws GitFailed where git is not installed, the directory is not there, or the time is up; its own exit codes are answers
 */
export function git(cwd: string, args: readonly string[], stdin = ''): Promise<GitAnswer> {
  return new Promise((done, fail) => {
    const child = spawn('git', ['--no-optional-locks', ...args], { cwd, timeout: timeoutSeconds * 1000 });
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', ({ message }) =>
      fail(new GitFailed(`git could not be started (${message}): install it, or leave out --since`)),
    );
    child.on('close', (code, signal) => {
      if (code === null) fail(new GitFailed(`git ${args[0]} was stopped (${signal}) after ${timeoutSeconds} s`));
      else done({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(errors).toString().trim() });
    });
    // git may end before it has read everything; its exit code tells why
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

/** Like `git`, for commands that must succeed. */
export async function gitText(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await git(cwd, args);
  if (code !== 0) throw new GitFailed(`git ${args[0]}: ${stderr === '' ? `exit code ${code}` : stderr}`);
  return stdout.toString().replace(/\n$/, '');
}

/** The bytes of objects, in the order in which they were asked for. */
export async function readObjects(cwd: string, ids: readonly string[]): Promise<readonly Buffer[]> {
  if (ids.length === 0) return [];
  const { code, stdout, stderr } = await git(cwd, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  if (code !== 0) throw new GitFailed(`git cat-file: ${stderr}`);
  const objects: Buffer[] = [];
  for (let at = 0; at < stdout.length; ) {
    const newline = stdout.indexOf(10, at);
    const header = stdout.subarray(at, newline).toString();
    const size = Number(header.split(' ')[2]);
    if (!Number.isInteger(size))
      throw new GitFailed(`git cat-file: ${header}: fetch the objects first (a partial clone?)`);
    objects.push(stdout.subarray(newline + 1, newline + 1 + size));
    at = newline + 1 + size + 1;
  }
  return objects;
}
