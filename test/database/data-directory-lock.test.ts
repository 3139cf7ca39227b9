import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isAlive, lockDataDirectory, readHolder } from '../../src/database/data-directory-lock.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a second taker is told who holds the directory', async () => {
  const unlock = await lockDataDirectory(directory, '/run/control.sock');
  await expect(lockDataDirectory(directory, '/other')).rejects.toMatchObject({
    code: 'data-directory-in-use',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  await unlock();
  await (await lockDataDirectory(directory, '/other'))();
});

test.each([
  ['of a process that died', JSON.stringify({ pid: 4_194_000, startTicks: '1', control: '/x' })],
  ['of a process whose pid another one has now', JSON.stringify({ pid: process.pid, startTicks: '1', control: '/x' })],
  ['torn by a crash', '{"pid": 12'],
])('a lock %s is taken over', async (_what, text) => {
  await writeFile(join(directory, 'gate.lock'), text);
  const unlock = await lockDataDirectory(directory, '/mine');
  expect(await readHolder(directory)).toMatchObject({ pid: process.pid, control: '/mine' });
  await unlock();
});

test('many takers of a stale lock at once: one gets it', async () => {
  await writeFile(join(directory, 'gate.lock'), JSON.stringify({ pid: 4_194_000, startTicks: '1', control: '/x' }));
  const takers = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => lockDataDirectory(directory, `/${n}`)));
  expect(takers.filter((taker) => taker.status === 'fulfilled')).toHaveLength(1);
  const holder = JSON.parse(await readFile(join(directory, 'gate.lock'), 'utf8'));
  expect(await isAlive(holder)).toBe(true);
});
