import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../model/world.ts';
import { AwsError } from './aws-error.ts';
import { errorOf, type FaultPlan } from './faults.ts';
import { findOperation } from './services.ts';

export interface RequestRecord {
  readonly operation: string;
  readonly input: unknown;
  /** By the sandbox's clock. */
  readonly at: Date;
}

export interface WireServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A body larger than this is no call of ours. */
const maxBodyBytes = 1024 * 1024;

/** The newest requests that are remembered; a demo may run for days. */
const maxRecords = 10_000;

/**
 * The AWS JSON protocol on loopback: POST /, the operation in X-Amz-Target. Signatures are not checked.
 * (smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html)
 */
export async function startServer(
  world: World,
  faults: FaultPlan,
  requests: RequestRecord[],
  port: number,
): Promise<WireServer> {
  const server = createServer((request, response) => {
    serve(world, faults, requests, request, response).catch((cause: unknown) => {
      if (!response.headersSent) answer(response, request, asAwsError(cause));
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo; // a TCP server's address is this, once it listens
  return {
    url: `http://127.0.0.1:${bound}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  world: World,
  faults: FaultPlan,
  requests: RequestRecord[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.split('.').at(-1) ?? '';
  const input = await readJson(request);
  requests.push({ operation, input, at: new Date(world.now) });
  if (requests.length > maxRecords) requests.shift();
  const fault = faults.take(operation);
  if (fault?.kind === 'hang') return;
  const error = fault === null ? null : errorOf(fault, operation);
  const result = error ?? run(world, target, input);
  if (fault?.kind === 'answer-lost') response.destroy();
  if (fault?.kind === 'slow') await delay(fault.delayMs ?? 1000, response);
  if (!response.destroyed) answer(response, request, result);
}

function run(world: World, target: string, input: unknown): object {
  const found = findOperation(target);
  if (found === null) return new AwsError('UnknownOperationException', `the sandbox has no operation ${target}`);
  try {
    return found.run(world, input);
  } catch (cause) {
    const error = asAwsError(cause);
    return new AwsError(`${found.namespace}#${error.code}`, error.message, error.status);
  }
}

function asAwsError(cause: unknown): AwsError {
  return cause instanceof AwsError ? cause : new AwsError('InternalFailure', String(cause), 500);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new AwsError('RequestEntityTooLargeException', 'the body is larger than 1 MB', 413);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
  } catch (cause) {
    throw new AwsError('SerializationException', `the body is not JSON: ${String(cause)}`);
  }
}

function answer(response: ServerResponse, request: IncomingMessage, result: object): void {
  const failed = result instanceof AwsError;
  const body = failed ? { __type: result.code, message: result.message } : result;
  response.writeHead(failed ? result.status : 200, {
    // Answered in the protocol version that was asked in: CodeDeploy and ECS speak 1.1, CloudWatch 1.0.
    'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1',
  });
  response.end(JSON.stringify(body));
}

/** Ends early when the client has given up. */
function delay(milliseconds: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
