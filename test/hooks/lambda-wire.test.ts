import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { handler } from '../../hooks/lambda/before-install.ts';

// The handler as Lambda loads it, between two real servers: the gate, and CodeDeploy as the real SDK speaks to it.

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

interface Peer {
  readonly url: string;
  readonly received: Received[];
  answer: readonly [number, unknown];
  readonly server: Server;
}

async function startPeer(): Promise<Peer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    const [status, body] = peer.answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const peer: Peer = { url, received, server, answer: [500, 'no answer given'] };
  return peer;
}

const event = { DeploymentId: 'd-ABCDEFGHI', LifecycleEventHookExecutionId: `${'exec+/'.repeat(60)}==` };
const token = 'sgt_secret0123456789';

let gate: Peer;
let codedeploy: Peer;

// One of each for the file: the handler keeps its SDK client, as a warm Lambda function does.
beforeAll(async () => {
  gate = await startPeer();
  codedeploy = await startPeer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: codedeploy.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SAFETY_GATE_TOKEN: token,
  });
});

beforeEach(() => {
  process.env.SAFETY_GATE_URL = gate.url;
  gate.received.length = 0;
  codedeploy.received.length = 0;
  gate.answer = [202, { evaluationId: 'eval_1', verdict: 'pending' }];
  codedeploy.answer = [200, { lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId }];
});

afterAll(() => {
  for (const { server } of [gate, codedeploy]) {
    server.close();
    server.closeAllConnections();
  }
});

describe('a hook function on the wire', () => {
  test('brings CodeDeploy’s event to the gate, with the token, and says nothing to CodeDeploy', async () => {
    expect(await handler(event)).toEqual({ evaluationId: 'eval_1', verdict: 'pending' });
    expect(gate.received).toHaveLength(1);
    expect(gate.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(gate.received[0]?.body).toEqual({ ...event, LifecycleEvent: 'BeforeInstall' });
    expect(codedeploy.received).toEqual([]);
  });

  test('reports Failed to CodeDeploy when the gate refuses, then fails itself', async () => {
    gate.answer = [401, { code: 'token-unknown', detail: 'this token is not known here' }];
    await expect(handler(event)).rejects.toThrow(/answered 401: this token is not known here.*Reported Failed/);
    expect(codedeploy.received).toHaveLength(1);
    expect(codedeploy.received[0]?.headers['x-amz-target']).toBe(
      'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
    );
    expect(codedeploy.received[0]?.headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(codedeploy.received[0]?.body).toEqual({
      deploymentId: event.DeploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status: 'Failed',
    });
    expect(JSON.stringify(codedeploy.received)).not.toContain(token);
  });

  test('reports Failed when nobody listens where the gate should be', async () => {
    process.env.SAFETY_GATE_URL = 'http://127.0.0.1:1';
    // 13 s left, 12 of them kept for the report: the retries end when the rest is used up.
    await expect(handler(event, { getRemainingTimeInMillis: () => 13_000 })).rejects.toThrow(/Reported Failed/);
    expect(codedeploy.received).toHaveLength(1);
  });

  test('says that CodeDeploy refused the report, too', async () => {
    gate.answer = [403, { detail: 'another service' }];
    codedeploy.answer = [400, { __type: 'LifecycleEventAlreadyCompletedException', message: 'already reported' }];
    await expect(handler(event)).rejects.toThrow(/did not work either \(already reported\).*an hour/);
  });
});
