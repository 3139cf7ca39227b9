import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestGate, type TestGate } from '../support/gate.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
  - name: refunds
    codedeploy: { application: refunds, deploymentGroup: production }
limits: { bodyBytes: 20000, jsonDepth: 16, files: 3 }
`;

let test_: TestGate;
let all: string;

beforeAll(async () => {
  test_ = await startTestGate(config);
  all = await test_.token(['hook', 'lint', 'read', 'rollback', 'override']);
});
afterAll(() => test_.close());

function post(path: string, body: unknown, token = all) {
  return request(test_.gate.app)
    .post(path)
    .set('Authorization', `Bearer ${token}`)
    .set('Content-Type', 'application/json')
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

function get(path: string, token = all) {
  return request(test_.gate.app).get(path).set('Authorization', `Bearer ${token}`);
}

const hook = { DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'e'.repeat(400), LifecycleEvent: 'BeforeInstall' };

describe('bad input gets a clear problem', () => {
  test.each<[string, string, unknown, number, string, string]>([
    ['JSON that does not parse', '/v1/hooks/codedeploy', '{"DeploymentId":', 400, 'malformed-json', ''],
    ['a wrong type', '/v1/hooks/codedeploy', { ...hook, DeploymentId: 7 }, 400, 'malformed-request', 'DeploymentId'],
    ['a missing field', '/v1/hooks/codedeploy', { DeploymentId: 'd-1' }, 400, 'malformed-request', 'LifecycleEvent'],
    ['an unknown field', '/v1/hooks/codedeploy', { ...hook, colour: 'red' }, 400, 'malformed-request', ''],
    [
      'an event that does not exist',
      '/v1/hooks/codedeploy',
      { ...hook, LifecycleEvent: 'Install' },
      422,
      'invalid-value',
      'LifecycleEvent',
    ],
    ['an array for an object', '/v1/hooks/codedeploy', [], 400, 'malformed-request', ''],
    [
      'a body that is too large',
      '/v1/migrations/lint',
      { files: [{ path: 'a', sql: 'x'.repeat(30_000) }] },
      413,
      'body-too-large',
      '',
    ],
    [
      'a body that nests too deep',
      '/v1/migrations/lint',
      `${'['.repeat(40)}${']'.repeat(40)}`,
      400,
      'json-too-deep',
      '',
    ],
    [
      'too many files',
      '/v1/migrations/lint',
      { files: Array.from({ length: 4 }, (_, n) => ({ path: `${n}`, sql: '' })) },
      422,
      'invalid-value',
      'files',
    ],
    [
      'neither files nor report',
      '/v1/migrations/reports',
      { service: 'payments', revision: '1' },
      422,
      'files-or-report',
      '',
    ],
    [
      'a service that is not configured',
      '/v1/migrations/reports',
      { service: 'nope', revision: '1', files: [{ path: 'a', sql: '' }] },
      422,
      'service-unknown',
      'service',
    ],
    ['a rollback of nothing', '/rollback', { reason: 'why not' }, 422, 'deployment-or-service', ''],
    ['a rollback without a reason', '/rollback', { service: 'payments', reason: ' ' }, 422, 'invalid-value', 'reason'],
    [
      'a rollback of an unknown service',
      '/rollback',
      { service: 'nope', reason: 'r' },
      404,
      'service-unknown',
      'service',
    ],
    ['an override of nothing', '/v1/overrides', { verdict: 'pass', reason: 'r' }, 422, 'deployment-or-evaluation', ''],
    [
      'an override of an unknown evaluation',
      '/v1/overrides',
      { evaluationId: 'eval_x', verdict: 'pass', reason: 'r' },
      404,
      'evaluation-not-found',
      '',
    ],
    [
      'a verdict that is none',
      '/v1/overrides',
      { deploymentId: 'd', verdict: 'maybe', reason: 'r' },
      422,
      'invalid-value',
      'verdict',
    ],
  ])('%s', async (_name, path, body, status, code, field) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
    expect(answer.body.requestId).toBe(answer.headers['x-request-id']);
    if (field !== '') expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(field);
  });

  test.each([
    ['/v1/rollbacks/%00', 'invalid-text'],
    ['/v1/deployments/%00', 'invalid-text'],
    ['/v1/deployments?cursor=%00', 'invalid-text'],
    ['/v1/evaluations/%E0%A4%A', 'malformed-path'],
    ['/v1/deployments/%', 'malformed-path'],
  ])('GET %s', async (path, code) => {
    const answer = await get(path);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test.each<[string, string, unknown]>([
    ['a NUL in a deployment id', '/v1/hooks/codedeploy', { ...hook, DeploymentId: 'd-\0' }],
    ['half of a surrogate pair in a reason', '/rollback', { service: 'payments', reason: 'a \ud800' }],
    ['a NUL in a path', '/v1/migrations/lint', { files: [{ path: 'a\0', sql: '' }] }],
    ['a NUL in the name of a field', '/v1/migrations/lint', { 'files\0': [] }],
    ['a NUL in SQL that a report claims', '/v1/migrations/reports', { report: { files: [{ sql: '\0' }] } }],
  ])('%s is refused', async (_name, path, body) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-text']);
  });

  test.each(['select 1;\0', "select '\ud800';"])("%j is its file's own matter, and its report is kept", async (sql) => {
    const files = [{ path: 'a.sql', sql }];
    expect((await post('/v1/migrations/lint', { files })).status).toBe(200);
    expect((await post('/v1/migrations/reports', { service: 'payments', revision: 'x', files })).status).toBe(201);
  });

  test('a body that is not JSON by its type', async () => {
    const answer = await request(test_.gate.app)
      .post('/rollback')
      .set('Authorization', `Bearer ${all}`)
      .set('Content-Type', 'text/plain')
      .send('roll back');
    expect([answer.status, answer.body.code]).toEqual([415, 'not-json']);
  });

  test('values that are accepted are listed', async () => {
    const answer = await post('/v1/hooks/codedeploy', { ...hook, LifecycleEvent: 'Install' });
    expect(answer.body.errors[0].accepted).toContain('BeforeInstall');
  });

  test.each([
    ['/v1/evaluations/eval_none', 404, 'evaluation-not-found'],
    ['/v1/evaluations/eval_none?wait=61', 422, 'invalid-value'],
    ['/v1/evaluations/eval_none?wait=soon', 400, 'malformed-request'],
    ['/v1/deployments/d-none', 404, 'deployment-not-found'],
    ['/v1/deployments?cursor=abc', 422, 'invalid-cursor'],
    ['/v1/deployments?limit=0', 422, 'invalid-value'],
    ['/v1/deployments?colour=red', 400, 'malformed-request'],
    ['/v1/rollbacks/rb_none', 404, 'rollback-not-found'],
    ['/nowhere', 404, 'no-such-path'],
  ])('GET %s', async (path, status, code) => {
    const answer = await get(path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('a method that a path does not have names those it has', async () => {
    const answer = await get('/rollback');
    expect([answer.status, answer.body.code, answer.headers.allow]).toEqual([405, 'method-not-allowed', 'POST']);
  });
});

describe('who may come in', () => {
  test.each([
    ['no token', undefined, 401, 'token-missing'],
    ['another scheme', 'Basic YTpi', 401, 'token-unknown'],
    ['a token that is none of ours', 'Bearer abc', 401, 'token-unknown'],
    [
      'a token of the right form and the wrong secret',
      `Bearer sg.tok_${'0'.repeat(26)}.${'A'.repeat(43)}`,
      401,
      'token-unknown',
    ],
  ])('%s', async (_name, authorization, status, code) => {
    const call = request(test_.gate.app).get('/v1/deployments');
    const answer = await (authorization === undefined ? call : call.set('Authorization', authorization));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  test('a right id with a wrong secret is refused', async () => {
    const [head, id] = all.split('.');
    const answer = await get('/v1/deployments', `${head}.${id}.${'A'.repeat(43)}`);
    expect(answer.body.code).toBe('token-unknown');
  });

  test.each([
    ['lint', '/v1/hooks/codedeploy', hook],
    ['read', '/rollback', { service: 'payments', reason: 'r' }],
    ['rollback', '/v1/overrides', { deploymentId: 'd', verdict: 'pass', reason: 'r' }],
    ['hook', '/v1/migrations/lint', { files: [] }],
  ] as const)('a token with scope %s is not let in at %s', async (scope, path, body) => {
    const answer = await post(path, body, await test_.token([scope]));
    expect([answer.status, answer.body.code]).toEqual([403, 'scope-missing']);
  });

  test("a token for one service cannot touch another's", async () => {
    const token = await test_.token(['rollback', 'lint', 'read'], ['refunds']);
    const rollback = await post('/rollback', { service: 'payments', reason: 'r' }, token);
    expect([rollback.status, rollback.body.code]).toEqual([403, 'service-forbidden']);
    const report = { service: 'payments', revision: '1', files: [{ path: 'a.sql', sql: 'select 1' }] };
    expect((await post('/v1/migrations/reports', report, token)).body.code).toBe('service-forbidden');
    expect((await get('/v1/deployments?service=payments', token)).body.code).toBe('service-forbidden');
  });

  test('an expired token is told so', async () => {
    const token = await test_.token(['read'], [], new Date('2020-01-01T00:00:00Z'));
    expect((await get('/v1/deployments', token)).body.code).toBe('token-expired');
  });

  test('liveness needs no token', async () => {
    const answer = await request(test_.gate.app).get('/healthz').set('X-Request-Id', 'mine-1');
    expect([answer.status, answer.headers['x-request-id']]).toEqual([200, 'mine-1']);
  });
});

describe('what needs no AWS works without it', () => {
  test('lint judges and forgets', async () => {
    const files = [
      { path: '1.sql', sql: 'create index i on payments (id);' },
      { path: '2.sql', sql: 'selec 1;' },
    ];
    const answer = await post('/v1/migrations/lint', { files });
    expect(answer.status).toBe(200);
    expect(answer.body.verdict).toBe('fail');
    expect(answer.body.files[0].statements[0].hazards[0]).toMatchObject({ rule: 'create-index-blocking', line: 1 });
    expect(answer.body.files[1].error).toMatchObject({ line: 1, message: expect.any(String) });
  });

  test('a report from CI is kept, and not believed about its own verdict', async () => {
    const files = [{ path: '1.sql', sql: 'create index i on payments (id);' }];
    const { body: report } = await post('/v1/migrations/lint', { files });
    const stored = await post('/v1/migrations/reports', {
      service: 'payments',
      revision: '41',
      report: { ...report, verdict: 'pass', summary: { ...report.summary, errors: 0 } },
    });
    expect([stored.status, stored.body.verdict]).toEqual([201, 'fail']);
  });

  test('readiness says which dependency is away', async () => {
    const answer = await request(test_.gate.app).get('/readyz');
    expect([answer.status, answer.body.code]).toEqual([503, 'not-ready']);
    expect(answer.body.detail).toMatch(/^aws: /);
    expect(answer.headers['retry-after']).toBeDefined();
  });

  test('a rollback that cannot ask AWS keeps nothing and says when to come again', async () => {
    const answer = await post('/rollback', { deploymentId: 'd-1', reason: 'r' });
    expect([answer.status, answer.body.code]).toEqual([503, 'aws-unreachable']);
    expect(answer.headers['retry-after']).toBeDefined();
    expect(await test_.store.db.selectFrom('rollbacks').selectAll().execute()).toEqual([]);
  });

  test('a hook call is answered at once, and a second call gets the same evaluation', async () => {
    const first = await post('/v1/hooks/codedeploy', hook);
    const second = await post('/v1/hooks/codedeploy', hook);
    expect([first.status, first.body.verdict]).toEqual([202, 'pending']);
    expect(second.body.evaluationId).toBe(first.body.evaluationId);
    const evaluation = await get(`/v1/evaluations/${first.body.evaluationId}`);
    expect(evaluation.body).toMatchObject({ deploymentId: 'd-1', lifecycleEvent: 'BeforeInstall', verdict: 'pending' });
  });

  test('metrics and the OpenAPI page are there', async () => {
    expect((await get('/metrics')).text).toContain('safety_gate_evaluations{verdict="pending"}');
    const page = (await get('/v1/openapi.json')).body;
    expect(Object.keys(page.paths)).toContain('/v1/hooks/codedeploy');
  });
});
