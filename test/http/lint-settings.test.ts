import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestGate, type TestGate } from '../support/gate.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
    database: { version: "14" }
  - name: orders
    codedeploy: { application: orders, deploymentGroup: production }
    database: { dialect: mysql, version: "8.4" }
lint:
  serverVersion: "17"
  rules: { missing-lock-timeout: off }
  paths: [{ match: db/legacy, rules: { drop-table: warning } }]
  exclude: [db/down]
`;

let gate: TestGate;
let token: string;

beforeAll(async () => {
  gate = await startTestGate(config);
  token = await gate.token(['lint']);
});
afterAll(() => gate.close());

function post(path: string, body: unknown, as = token) {
  return request(gate.gate.app)
    .post(path)
    .set('Authorization', `Bearer ${as}`)
    .send(body as object);
}

const files = ['db/1.sql', 'db/legacy/0.sql', 'db/down/1.sql'].map((path) => ({ path, sql: 'DROP TABLE x;' }));

describe('POST /v1/migrations/lint', () => {
  test('judges by the settings of the configuration', async () => {
    const { body, status } = await post('/v1/migrations/lint', { files });
    expect(status).toBe(200);
    expect(body).toMatchObject({ serverVersion: '17', summary: { files: 2, errors: 1, warnings: 1 } });
  });

  test.each([
    [{ service: 'payments' }, 'postgresql', '14'],
    [{ service: 'orders' }, 'mysql', '8.4'],
    [{ service: 'orders', dialect: 'postgresql' }, 'postgresql', '17'],
    [{ service: 'payments', serverVersion: '12' }, 'postgresql', '12'],
    [{ dialect: 'mariadb' }, 'mariadb', '10.11'],
  ])('%j: %s %s', async (asked, dialect, serverVersion) => {
    const { body } = await post('/v1/migrations/lint', { ...asked, files });
    expect(body).toMatchObject({ dialect, serverVersion });
  });

  test('a service that is not known is refused with those that are', async () => {
    const { status, body } = await post('/v1/migrations/lint', { service: 'payment', files });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'service-unknown',
      errors: [{ path: 'service', accepted: ['payments', 'orders'] }],
    });
  });

  test('a service that is not the token’s is refused', async () => {
    const other = await gate.token(['lint'], ['orders']);
    expect((await post('/v1/migrations/lint', { service: 'payments', files }, other)).status).toBe(403);
  });
});

test('POST /v1/migrations/reports judges by the settings, for the service’s database', async () => {
  const { status, body } = await post('/v1/migrations/reports', { service: 'payments', revision: 'r1', files });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    summary: { files: 2, errors: 1, warnings: 1 },
    report: { serverVersion: '14', files: [{ path: 'db/1.sql' }, { path: 'db/legacy/0.sql' }] },
  });
});
