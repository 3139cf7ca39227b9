import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestGate, type TestGate } from '../support/gate.ts';

let gate: TestGate;

beforeAll(async () => {
  gate = await startTestGate('services: []');
});
afterAll(() => gate.close());

test.each([
  ['127.0.0.1:8080', 200],
  ['localhost', 200],
  ['[::1]:8080', 200],
  ['evil.example', 403],
  ['localhost.evil.example:8080', 403],
])('without a token, Host %s is answered with %i', async (host, status) => {
  const answer = await request(gate.gate.app).get('/v1/deployments').set('Host', host);
  expect(answer.status).toBe(status);
});

test('with a token, any name is', async () => {
  const token = await gate.token(['read']);
  const call = request(gate.gate.app).get('/v1/deployments').set('Host', 'gate.example');
  expect((await call.set('Authorization', `Bearer ${token}`)).status).toBe(200);
});
