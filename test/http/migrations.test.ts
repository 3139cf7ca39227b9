import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestGate, type TestGate } from '../support/gate.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
limits: { files: 3 }
`;

let gate: TestGate;
let token: string;

beforeAll(async () => {
  gate = await startTestGate(config);
  token = await gate.token(['lint']);
});
afterAll(() => gate.close());

function post(path: string, body: object) {
  return request(gate.gate.app).post(path).set('Authorization', `Bearer ${token}`).send(body);
}

const up = { path: '1_a/up.sql', sql: 'CREATE INDEX CONCURRENTLY i ON payments (a);' };
const metadata = { path: '1_a/metadata.toml', sql: 'run_in_transaction = false' };

test.each([
  ['without the file beside it', [up], 'fail'],
  ['with it', [up, metadata], 'pass'],
])('a small file among the files says how they run: %s', async (_, files, verdict) => {
  const { body } = await post('/v1/migrations/lint', { files, framework: 'diesel' });
  expect(body).toMatchObject({ framework: 'diesel', verdict, summary: { files: 1 } });
});

test('a history tells what is there', async () => {
  const files = [{ path: '2.sql', sql: 'CREATE INDEX ON a (id);' }];
  const history = [{ path: '1.sql', sql: 'CREATE TABLE a (id int);' }];
  const { body } = await post('/v1/migrations/lint', { files, history });
  expect(body.files.map((file: { path: string }) => file.path)).toEqual(['2.sql']);
  expect(body.files[0].statements[0].hazards[0]).toMatchObject({ rule: 'create-index-blocking' });
});

test('a server version that was never measured is refused', async () => {
  const files = [{ path: 'a.sql', sql: 'SELECT 1' }];
  const { status, body } = await post('/v1/migrations/lint', { files, serverVersion: '11' });
  expect([status, body.code]).toEqual([422, 'unsupported-server-version']);
  expect(body.detail).toContain('"11": the analysis knows PostgreSQL 12 to 18');
});

test('what the framework would not run is in the report', async () => {
  const files = [
    { path: '1_a.up.sql', sql: 'SELECT 1' },
    { path: 'notes.sql', sql: 'SELECT 2' },
  ];
  const { body } = await post('/v1/migrations/lint', { files });
  expect(body.problems).toMatchObject([{ path: 'notes.sql' }]);
});

test.each([
  ['a framework that there is not', { framework: 'hibernate' }, 'framework'],
  [
    'more history than the limit',
    { history: Array.from({ length: 4 }, (_, at) => ({ path: `${at}`, sql: '' })) },
    'history',
  ],
])('%s is refused at its field', async (_, more, path) => {
  const answer = await post('/v1/migrations/lint', { files: [up], ...more });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ path }]);
});

test('a kept report is judged by its framework and history, too', async () => {
  const body = { service: 'payments', revision: 'abc', files: [up, metadata], framework: 'diesel', history: [] };
  const answer = await post('/v1/migrations/reports', body);
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ verdict: 'pass', summary: { files: 1 } });
});
