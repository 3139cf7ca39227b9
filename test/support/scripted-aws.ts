import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** What an operation answers: its output, or an AWS error, or nothing ever. */
export type Script = (input: Record<string, unknown>) => unknown;

/** Throw it in a script to answer with an AWS error. */
export class AwsError extends Error {
  readonly awsCode: string;
  readonly status: number;

  constructor(awsCode: string, status = 400) {
    super(`scripted ${awsCode}`);
    this.awsCode = awsCode;
    this.status = status;
  }
}

/** Answer of a script that never answers. */
export const silence = Symbol('silence');

export interface ScriptedAws {
  readonly url: string;
  /** Operations by their name; may be changed while it runs. */
  readonly scripts: Record<string, Script>;
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** A loopback server that answers AWS's JSON protocol with what a test says, operation by operation. */
export async function startScriptedAws(scripts: Record<string, Script>): Promise<ScriptedAws> {
  const calls: ScriptedAws['calls'] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input = JSON.parse((await text(request)) || '{}');
    calls.push({ operation, input });
    const type = { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.1' };
    try {
      const script = scripts[operation];
      if (script === undefined) throw new AwsError('UnknownOperationException');
      const output = script(input);
      if (output !== silence) response.writeHead(200, type).end(JSON.stringify(output ?? {}));
    } catch (cause) {
      const error = cause instanceof AwsError ? cause : new AwsError('InternalFailure', 500);
      response.writeHead(error.status, type).end(JSON.stringify({ __type: error.awsCode, message: error.message }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    scripts,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
