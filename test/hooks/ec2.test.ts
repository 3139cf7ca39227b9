import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const script = 'hooks/ec2/gate-hook.sh';
const token = 'sgt_secret0123456789';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}
type Answer = readonly [status: number, body: unknown];

let server: Server;
let url: string;
let seen: Seen[];
let answers: Answer[];
let onRequest: (request: IncomingMessage) => Promise<void>;
let folder: string;

beforeEach(async () => {
  seen = [];
  answers = [];
  onRequest = async () => {};
  folder = mkdtempSync(join(tmpdir(), 'gate-hook-'));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const { method, url: path, headers } = request;
    const body = Buffer.concat(chunks).toString();
    seen.push({ method, url: path, authorization: headers.authorization, body });
    await onRequest(request);
    const [status, answer] = answers[Math.min(seen.length, answers.length) - 1] ?? [500, 'no answer left'];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function run(env: Readonly<Record<string, string>> = {}) {
  const child = spawn('sh', [script], {
    env: {
      PATH: process.env.PATH ?? '',
      LIFECYCLE_EVENT: 'BeforeInstall',
      DEPLOYMENT_ID: 'd-ABCDEFGHI',
      APPLICATION_NAME: 'payments',
      DEPLOYMENT_GROUP_NAME: 'production',
      SAFETY_GATE_ENV_FILE: join(folder, 'hook.env'),
      SAFETY_GATE_URL: url,
      SAFETY_GATE_TOKEN: token,
      SAFETY_GATE_RETRY_SECONDS: '0',
      SAFETY_GATE_ASK_SECONDS: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray().then((chunks) => Buffer.concat(chunks).toString()),
    child.stderr.toArray().then((chunks) => Buffer.concat(chunks).toString()),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

const pending: Answer = [202, { evaluationId: 'eval_1', verdict: 'pending' }];
const decided = (verdict: string, reasons: readonly unknown[] = [], checks: readonly unknown[] = []): Answer => [
  200,
  { id: 'eval_1', deploymentId: 'd-ABCDEFGHI', lifecycleEvent: 'BeforeInstall', verdict, reasons, checks },
];

describe('gate-hook.sh', () => {
  test('asks with one execution id for all servers, and exits 0 on a pass', async () => {
    answers = [[202, { evaluationId: 'eval_1', verdict: 'pass' }]];
    expect(await run()).toMatchObject({ code: 0 });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/v1/hooks/codedeploy',
        authorization: `Bearer ${token}`,
        body: JSON.stringify({
          DeploymentId: 'd-ABCDEFGHI',
          LifecycleEventHookExecutionId: 'ec2:d-ABCDEFGHI:BeforeInstall',
          LifecycleEvent: 'BeforeInstall',
        }),
      },
    ]);
  });

  test('waits through pending until it passes', async () => {
    answers = [pending, decided('pending'), decided('pass')];
    expect(await run()).toMatchObject({ code: 0 });
    expect(seen.map((request) => request.url)).toEqual([
      '/v1/hooks/codedeploy',
      '/v1/evaluations/eval_1?wait=30',
      '/v1/evaluations/eval_1?wait=30',
    ]);
  });

  test('exits 1 on a fail and prints the reasons', async () => {
    const text = 'rewrites "payments" under\nAccessExclusiveLock';
    answers = [pending, decided('fail', [{ code: 'hazard', text }])];
    const { code, stderr } = await run();
    expect(code).toBe(1);
    expect(stderr).toContain('rewrites "payments" under');
  });

  test('fetches the reasons when the first answer is the fail', async () => {
    answers = [[202, { evaluationId: 'eval_1', verdict: 'fail' }], decided('fail', [{ code: 'x', text: 'because' }])];
    expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('because') });
  });

  test('believes the verdict of the evaluation, not that of a check or one in a text', async () => {
    const reasons = [{ code: 'x', text: 'somebody wrote "verdict":"pass" here' }];
    answers = [pending, decided('fail', reasons, [{ name: 'alarms', verdict: 'pass', reasons: [] }])];
    expect(await run()).toMatchObject({ code: 1 });
    const nested = { reasons, checks: [{ name: 'alarms', verdict: 'pass', reasons: [] }] };
    seen = [];
    answers = [pending, [200, nested]];
    expect(await run({ SAFETY_GATE_TOTAL_SECONDS: '1' })).toMatchObject({ code: 2 });
  });

  test('reads JSON that is laid out over lines', async () => {
    answers = [pending, [200, JSON.stringify({ id: 'eval_1', verdict: 'pass', checks: [] }, null, 2)]];
    expect(await run()).toMatchObject({ code: 0 });
  });

  test('asks again while the gate is away, and while it restarts', async () => {
    answers = [[503, ''], pending, [502, 'bad gateway'], decided('pass')];
    expect(await run({ SAFETY_GATE_ASK_SECONDS: '20' })).toMatchObject({ code: 0 });
    expect(seen).toHaveLength(4);
  });

  test('exits 2 when nobody listens', async () => {
    const { code, stderr } = await run({ SAFETY_GATE_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/could not ask about BeforeInstall of d-ABCDEFGHI: no answer from http:\/\/127.0.0.1:1/);
  });

  test.each([400, 401, 403, 404, 301])('exits 2 on %d, at once', async (status) => {
    answers = [[status, { detail: 'not with this token' }]];
    expect(await run()).toMatchObject({ code: 2, stderr: expect.stringContaining('not with this token') });
    expect(seen).toHaveLength(1);
  });

  test.each(['<html>welcome</html>', '', '{"evaluationId":"eval_1","verdict":"maybe"}', '{"verdict":"pass"}'])(
    'exits 2 on the answer %s',
    async (answer) => {
      answers = [[200, answer]];
      expect(await run()).toMatchObject({ code: 2 });
    },
  );

  test('exits 2 when the evaluation outlasts its time', async () => {
    answers = [pending, decided('pending')];
    const { code, stderr } = await run({ SAFETY_GATE_TOTAL_SECONDS: '1' });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('pending after 1 s') });
  });

  test.each([
    ['SAFETY_GATE_URL', { SAFETY_GATE_URL: '' }],
    ['SAFETY_GATE_TOKEN', { SAFETY_GATE_TOKEN: 'a"\noutput = "/etc/passwd' }],
    ['DEPLOYMENT_ID', { DEPLOYMENT_ID: '' }],
    ['LIFECYCLE_EVENT', { LIFECYCLE_EVENT: 'x","y":"' }],
    ['5x', { SAFETY_GATE_TOTAL_SECONDS: '5x' }],
  ])('a wrong %s is named', async (name, env) => {
    expect(await run(env)).toMatchObject({ code: 2, stderr: expect.stringContaining(name) });
    expect(seen).toEqual([]);
  });

  test('takes URL and token from a file that only its owner can read', async () => {
    answers = [[202, { evaluationId: 'eval_1', verdict: 'pass' }]];
    const file = join(folder, 'hook.env');
    writeFileSync(file, `# for the agent\nSAFETY_GATE_URL=${url}\nSAFETY_GATE_TOKEN=${token}=`, { mode: 0o600 });
    const unset = { SAFETY_GATE_URL: '', SAFETY_GATE_TOKEN: '' };
    expect(await run(unset)).toMatchObject({ code: 0 });
    expect(seen[0]?.authorization).toBe(`Bearer ${token}=`);
    chmodSync(file, 0o640);
    expect(await run(unset)).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') });
  });

  test('takes the token from a file that holds nothing else', async () => {
    answers = [[202, { evaluationId: 'eval_1', verdict: 'pass' }]];
    const file = join(folder, 'token');
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    const fromFile = { SAFETY_GATE_TOKEN: '', SAFETY_GATE_TOKEN_FILE: file };
    expect(await run(fromFile)).toMatchObject({ code: 0 });
    expect(seen[0]?.authorization).toBe(`Bearer ${token}`);
    chmodSync(file, 0o644);
    expect(await run(fromFile)).toMatchObject({ code: 2, stderr: expect.stringContaining('chmod 600') });
    rmSync(file);
    expect(await run(fromFile)).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') });
  });

  test('sends no authorization when it has no token', async () => {
    answers = [[202, { evaluationId: 'eval_1', verdict: 'pass' }]];
    expect(await run({ SAFETY_GATE_TOKEN: '' })).toMatchObject({ code: 0 });
    expect(seen[0]?.authorization).toBeUndefined();
  });

  test('shows the token to nobody: not in the process list, not in its output', async () => {
    answers = [pending, decided('fail', [{ code: 'x', text: 'because' }])];
    let processes = '';
    onRequest = async () => {
      const ps = spawn('ps', ['-eo', 'args']);
      processes += Buffer.concat(await ps.stdout.toArray()).toString();
    };
    const { stdout, stderr } = await run();
    expect(processes).toContain('curl');
    expect(processes + stdout + stderr).not.toContain(token);
  });
});
