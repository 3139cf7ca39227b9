import { chmod, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { performRejudge, type RejudgeOperation, rejudgeOperation } from '../canary/rejudge-operation.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/store.ts';
import { performTokenOperation, type TokenOperation, tokenOperation } from '../tokens/operation.ts';

/** What the owner of the store does for others. */
const controlOperation = z.union([tokenOperation, rejudgeOperation]);

/**
 * The embedded store has one owner, so `safety-gate token …` and `rejudge` ask the running service for what they want, over a Unix
 * socket that only the service's own user can open.
 */
export async function serveControl(socket: string, db: Database, clock: Clock): Promise<Server> {
  await rm(socket, { force: true }); // a socket that a killed process left; the data directory's lock says that it is ours
  const server = createServer(async (incoming, outgoing) => {
    try {
      const wanted = controlOperation.parse(JSON.parse(await text(incoming)));
      const result =
        wanted.operation === 'rejudge'
          ? await performRejudge(db, wanted)
          : await performTokenOperation(db, wanted, clock.now());
      outgoing.end(JSON.stringify(result));
    } catch (cause) {
      outgoing.writeHead(500).end(JSON.stringify({ error: String(cause) }));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve));
  await chmod(socket, 0o600);
  return server;
}

/** Has the service do it. @throws when the service does not answer within 10 s, or says no */
export async function askService<Result>(socket: string, wanted: TokenOperation | RejudgeOperation): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const outgoing = request({ socketPath: socket, method: 'POST', timeout: 10_000 }, async (answer) => {
    const body = JSON.parse(await text(answer)) as Result & { error?: string }; // our own service's words
    if (answer.statusCode === 200) resolve(body);
    else reject(new Error(`the running service answered: ${body.error}`));
  });
  outgoing.once('timeout', () => outgoing.destroy(new Error('the running service did not answer within 10 s')));
  outgoing.once('error', reject);
  outgoing.end(JSON.stringify(wanted));
  return promise;
}
