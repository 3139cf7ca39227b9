import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually, freePort, type GateProcess, spawnGate, untilOpen } from '../support/process.ts';
import { silence, startScriptedAws } from '../support/scripted-aws.ts';

const run = promisify(execFile);
const running: GateProcess[] = [];
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-serve-'));
  await writeFile(join(directory, 'safety-gate.yml'), 'services: []\n');
});
afterEach(async () => {
  for (const gate of running.splice(0)) if (gate.child.exitCode === null) await gate.kill('SIGKILL');
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function start(env: Readonly<Record<string, string>> = {}): Promise<GateProcess> {
  const gate = await spawnGate({
    SAFETY_GATE_CONFIG: join(directory, 'safety-gate.yml'),
    SAFETY_GATE_DATA: join(directory, 'data'),
    ...env,
  });
  running.push(gate);
  return gate;
}

/** Runs a command of the program; never rejects. */
async function safetyGate(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const settings = { env: { PATH: process.env.PATH, SAFETY_GATE_DATA: join(directory, 'data'), ...env } };
  return run(process.execPath, ['bin/safety-gate.js', ...args], settings).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (failure: { code: number; stdout: string; stderr: string }) => failure,
  );
}

test('the embedded store: alive at once, tokens made beside it and without it, one owner, drained on SIGTERM', async () => {
  const gate = await start();
  const began = performance.now();
  await eventually(
    async () => (await fetch(`${gate.url}/healthz`).catch(() => undefined))?.status === 200 || undefined,
    3,
    'alive',
  );
  expect(performance.now() - began).toBeLessThan(3000);

  const other = await start();
  expect(await other.exited()).toBe(2);
  expect(other.log()).toMatch(/is in use by process \d+/);

  await untilOpen(gate);
  expect((await fetch(`${gate.url}/v1/deployments`)).status).toBe(200); // loopback, no token yet
  const made = await safetyGate(['token', 'create', '--name', 'reader', '--scope', 'read', '--expires', '90d']);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sg\.tok_\S+\n$/) });
  expect((await fetch(`${gate.url}/v1/deployments`)).status).toBe(401);
  const headers = { Authorization: `Bearer ${made.stdout.trim()}` };
  expect((await fetch(`${gate.url}/v1/deployments`, { headers })).status).toBe(200);

  expect(await gate.kill('SIGTERM')).toBe(0);
  expect(gate.log()).not.toContain(made.stdout.trim().split('.')[2]);

  const listed = await safetyGate(['token', 'list', '--format', 'json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    operation: 'list',
    tokens: [{ name: 'reader', scopes: ['read'] }],
  });
  expect(await safetyGate(['token', 'revoke', 'reader'])).toMatchObject({ code: 0 });
  expect(await safetyGate(['token', 'revoke', 'reader'])).toMatchObject({ code: 1 });
}, 60_000);

test('a drain while AWS hangs ends with 0 within 10 s, and without a word of a closed store', async () => {
  const aws = await startScriptedAws({ GetDeployment: () => silence });
  const gate = await start({ SAFETY_GATE_DATA: join(directory, 'hanging'), AWS_ENDPOINT_URL: aws.url });
  await untilOpen(gate);
  const hook = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e-1', LifecycleEvent: 'BeforeInstall' };
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${gate.url}/v1/hooks/codedeploy`, { method: 'POST', headers, body: JSON.stringify(hook) });
  await eventually(async () => aws.calls.length > 0 || undefined, 10, 'the evaluation asks AWS');
  const began = performance.now();
  const code = await gate.kill('SIGTERM');
  const seconds = (performance.now() - began) / 1000;
  await aws.close();
  expect([code, gate.log().match(/[^\n]*(is closed|"level":50)[^\n]*/)]).toEqual([0, null]);
  expect(seconds).toBeLessThan(8); // less than serve's own last resort
}, 60_000);

test('a data directory that a killed process held is taken over', async () => {
  const data = { SAFETY_GATE_DATA: join(directory, 'killed') };
  const first = await start(data);
  await untilOpen(first);
  await first.kill('SIGKILL');
  const second = await start(data);
  await untilOpen(second);
}, 60_000);

test.each([
  ['a port that is none', { PORT: '99999x' }, /PORT: not a port/],
  [
    'a database URL that is none',
    { DATABASE_URL: 'mysql://root:secret@localhost/x' },
    /DATABASE_URL: not a PostgreSQL URL/,
  ],
  ['a configuration that is not there', { SAFETY_GATE_CONFIG: '/no/such/file.yml' }, /there is no such file/],
  ['an address that is not safe without a token', { HOST: '0.0.0.0' }, /not loopback and no token exists/],
  [
    'a database that refuses us',
    { DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/no_such_database' },
    /127\.0\.0\.1:5432\/no_such_database: .*check DATABASE_URL/,
  ],
])('%s ends the start with 2 and says why', async (_name, env, message) => {
  const gate = await start({ SAFETY_GATE_DATA: join(directory, 'refused'), ...env });
  expect(await gate.exited()).toBe(2);
  expect(gate.log()).toMatch(message);
  expect(gate.log()).not.toContain('secret');
});

test('a database that is down at the start: alive, not ready, and given up after a while', async () => {
  const port = await freePort();
  const gate = await start({ DATABASE_URL: `postgres://postgres:hunter2@127.0.0.1:${port}/gate` });
  const notReady = await eventually(async () => fetch(`${gate.url}/readyz`).catch(() => undefined), 5, 'an answer');
  expect([notReady.status, notReady.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await gate.exited()).toBe(2);
  expect(gate.log()).toMatch(/127\.0\.0\.1:\d+\/gate: connect ECONNREFUSED/);
  expect(gate.log()).not.toContain('hunter2');
}, 40_000);

test.each([
  [['token', 'create', '--scope', 'read'], /--name is missing/],
  [['token', 'create', '--name', 'x', '--scope', 'root'], /--scope root: one of hook, lint/],
  [['token', 'create', '--name', 'x', '--scope', 'read', '--expires', 'soon'], /not a duration/],
  [['token', 'make'], /one of create, list, revoke/],
  [['frobnicate'], /no command "frobnicate"; there are: /],
  [['config', 'check', '/no/such.yml'], /no such file/],
])('%j is refused with 2', async (args, message) => {
  const { code, stdout, stderr } = await safetyGate(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
  [
    'a store that does not answer',
    ['token', 'list'],
    { DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' },
    /^safety-gate token: database 127\.0\.0\.1:1\/x: .*\n$/,
  ],
  [
    'an environment that does not fit',
    ['token', 'list'],
    { LOG_LEVEL: 'foo' },
    /^safety-gate token: the environment cannot be used:\n +LOG_LEVEL: "foo"/,
  ],
  [
    'a path below a file',
    ['lint', '--format=json', 'package.json/x'],
    {},
    /^safety-gate lint: package\.json\/x: not readable \(ENOTDIR\)/,
  ],
])('%s is told without a stack and ends with 2', async (_name, args, env, message) => {
  const { code, stderr } = await safetyGate(args, env);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/hunter2|\n +at /);
});
