import { z } from 'zod';
import type { Database } from '../../database/store.ts';
import { listDeployments, tellStory } from '../../deployments/story.ts';
import { strictObject } from '../../input/strict-object.ts';
import { requireService } from '../auth.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';

const query = strictObject({
  service: z.string().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

/** `GET /v1/deployments?service=&limit=&cursor=`: newest first, a page at a time. */
export function deploymentsRoute(db: Database): Route {
  return {
    method: 'get',
    path: '/v1/deployments',
    scopes: ['read'],
    summary: 'Deployments that the gate saw, newest first',
    query,
    async handle(call) {
      const { service, limit, cursor } = read(query, call.query, 'the query');
      if (service !== undefined) requireService(call.principal, service);
      const services = service === undefined ? call.principal.services : [service];
      const before = cursor === undefined ? null : readCursor(cursor);
      const page = await listDeployments(db, { services, before, limit: limit + 1 });
      const deployments = page.slice(0, limit);
      const last = page.length > limit ? deployments.at(-1) : undefined;
      const nextCursor = last === undefined ? null : writeCursor(last.createdAt, last.id);
      return { status: 200, body: { deployments, nextCursor } };
    },
  };
}

/** `GET /v1/deployments/:id`: every check, observation, verdict, override and action. */
export function deploymentRoute(db: Database): Route {
  return {
    method: 'get',
    path: '/v1/deployments/:id',
    scopes: ['read'],
    summary: 'The whole story of a deployment',
    async handle(call) {
      const id = call.params.id ?? '';
      const story = await tellStory(db, id);
      if (story === undefined) {
        throw new HttpProblem(404, 'deployment-not-found', `the gate has not heard of a deployment "${id}"`);
      }
      requireService(call.principal, story.service);
      return { status: 200, body: story };
    },
  };
}

function writeCursor(createdAt: string, id: string): string {
  return Buffer.from(JSON.stringify([createdAt, id])).toString('base64url');
}

const cursorParts = z.tuple([z.iso.datetime(), z.string()]);

function readCursor(text: string): { createdAt: Date; id: string } {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    parts = null; // refused below, with the same words as any other wrong cursor
  }
  const result = cursorParts.safeParse(parts);
  if (!result.success) {
    throw new HttpProblem(422, 'invalid-cursor', 'cursor: not one of ours; use the nextCursor of the page before');
  }
  return { createdAt: new Date(result.data[0]), id: result.data[1] };
}
