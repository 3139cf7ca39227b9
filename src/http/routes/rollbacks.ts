import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { ServiceConfig, ServiceOf } from '../../config/schema.ts';
import type { Jobs } from '../../database/jobs.ts';
import type { Database } from '../../database/store.ts';
import { saveDeployment } from '../../deployments/store.ts';
import { strictObject } from '../../input/strict-object.ts';
import type { DeploymentFacts, Provider } from '../../providers/provider.ts';
import { hashBody, requestRollback, rollbackOfKey } from '../../rollback/request.ts';
import { curesAmong, findRollback } from '../../rollback/store.ts';
import { type Principal, requireService } from '../auth.ts';
import { findService } from '../find-service.ts';
import { HttpProblem } from '../problem.ts';
import { type Answer, type Call, type Route, read } from '../route.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
  readonly services: readonly ServiceConfig[];
  readonly serviceOf: ServiceOf;
}

const body = strictObject({
  deploymentId: z.string().min(1).max(200).optional(),
  service: z.string().min(1).max(200).optional(),
  reason: z.string().trim().min(1, 'is empty; say why, for those who read it later').max(2000),
  dryRun: z.boolean().default(false),
});
type Body = z.output<typeof body>;

/** `POST /rollback`: the manual override. Recorded, then done, once. */
export function rollbackRoute(parts: Parts): Route {
  return {
    method: 'post',
    path: '/rollback',
    scopes: ['rollback'],
    summary: 'Bring the previous version back; with dryRun, say how',
    body,
    async handle(call) {
      const request = read(body, call.body, 'the rollback request');
      const idempotency = idempotencyOf(call, request);
      if (idempotency !== null) {
        const earlier = await rollbackOfKey(parts.db, idempotency.key, idempotency.bodyHash);
        if (earlier !== undefined) {
          requireService(call.principal, earlier.service);
          return { status: 202, body: earlier };
        }
      }
      const { deployment, service } = await findTarget(parts, call.principal, request);
      if (!request.dryRun) {
        await saveDeployment(parts.db, deployment, service.name, deployment.isRollback, parts.clock.now());
      }
      const answer = await requestRollback(parts, {
        service: service.name,
        deployment,
        reason: request.reason,
        actor: call.principal.actor,
        dryRun: request.dryRun,
        idempotency,
      });
      if (answer.kind === 'refused') throw new HttpProblem(409, answer.reason.code, answer.reason.text);
      return answer.kind === 'dry-run'
        ? { status: 200, body: { plan: answer.plan } }
        : { status: 202, body: answer.rollback };
    },
  };
}

/** `GET /v1/rollbacks/:id` */
export function rollbackStateRoute({ db }: Pick<Parts, 'db'>): Route {
  return {
    method: 'get',
    path: '/v1/rollbacks/:id',
    scopes: ['read', 'rollback'],
    summary: 'A rollback: reasons, plan, what was done, how it ended',
    async handle(call): Promise<Answer> {
      const id = call.params.id ?? '';
      const rollback = await findRollback(db, id);
      if (rollback === undefined) throw new HttpProblem(404, 'rollback-not-found', `there is no rollback "${id}"`);
      requireService(call.principal, rollback.service);
      return { status: 200, body: rollback };
    },
  };
}

/** A dry run keeps nothing, so it takes no key; the key and what it was used for belong together. */
function idempotencyOf(call: Call, request: Body): { key: string; bodyHash: string } | null {
  const key = call.headers['idempotency-key'];
  if (key === undefined || request.dryRun) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new HttpProblem(
      400,
      'malformed-idempotency-key',
      'Idempotency-Key: 1 to 255 visible ASCII characters, such as a UUID',
    );
  }
  return { key, bodyHash: hashBody(request) };
}

async function findTarget(
  parts: Parts,
  principal: Principal,
  { deploymentId, service: name }: Body,
): Promise<{ deployment: DeploymentFacts; service: ServiceConfig }> {
  if ((deploymentId === undefined) === (name === undefined)) {
    throw new HttpProblem(422, 'deployment-or-service', 'name either deploymentId or service');
  }
  if (deploymentId !== undefined) return findByDeployment(parts, principal, deploymentId);
  const service = findService(parts.services, principal, name ?? '', 404);
  const { application, deploymentGroup } = service.codedeploy;
  const group = await parts.provider.deploymentsOfGroup(application, deploymentGroup);
  const cures = await curesAmong(parts.db, service.name, group);
  const releases = group.filter((one) => !one.isRollback && !cures.has(one.id));
  const deployment = releases.find((one) => one.phase === 'running') ?? releases[0];
  if (deployment === undefined) {
    throw new HttpProblem(404, 'no-deployment', `${application}/${deploymentGroup} has no deployment to roll back`);
  }
  return { deployment, service };
}

async function findByDeployment(parts: Parts, principal: Principal, id: string) {
  const deployment = await parts.provider.readDeployment(id);
  const service = parts.serviceOf(deployment);
  requireService(principal, service?.name ?? null);
  if (service === undefined) {
    const place = `${deployment.application}/${deployment.deploymentGroup}`;
    throw new HttpProblem(
      422,
      'service-not-configured',
      `${id} belongs to ${place}, which no service in safety-gate.yml has`,
    );
  }
  return { deployment, service };
}
