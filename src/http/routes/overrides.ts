import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { ServiceOf } from '../../config/schema.ts';
import type { Jobs } from '../../database/jobs.ts';
import type { Database } from '../../database/store.ts';
import { recordOverride } from '../../deployments/override.ts';
import { findDeployment, loadEvaluation } from '../../deployments/store.ts';
import { strictObject } from '../../input/strict-object.ts';
import type { Provider } from '../../providers/provider.ts';
import { requireService } from '../auth.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
  readonly serviceOf: ServiceOf;
}

const body = strictObject({
  deploymentId: z.string().min(1).max(200).optional(),
  evaluationId: z.string().min(1).max(200).optional(),
  verdict: z.enum(['pass', 'fail']),
  reason: z.string().trim().min(1, 'is empty; say why, for those who read it later').max(2000),
});

/** `POST /v1/overrides`: an operator's decision against, or before, the gate's. */
export function overrideRoute(parts: Parts): Route {
  return {
    method: 'post',
    path: '/v1/overrides',
    scopes: ['override'],
    summary: 'Break glass: decide an evaluation, or a whole deployment, by hand',
    body,
    async handle(call) {
      const { verdict, reason, ...named } = read(body, call.body, 'the override');
      if ((named.deploymentId === undefined) === (named.evaluationId === undefined)) {
        throw new HttpProblem(422, 'deployment-or-evaluation', 'name either deploymentId or evaluationId');
      }
      const target = await findTarget(parts, named);
      requireService(call.principal, target.service);
      const { deploymentId, evaluationId } = target;
      const override = { deploymentId, evaluationId, verdict, reason, actor: call.principal.actor };
      const view = await parts.db
        .transaction()
        .execute((tx) => recordOverride(tx, parts.jobs, override, parts.clock.now()));
      return { status: 201, body: view };
    },
  };
}

async function findTarget(
  parts: Parts,
  named: { deploymentId?: string | undefined; evaluationId?: string | undefined },
): Promise<{ deploymentId: string; evaluationId: string | null; service: string | null }> {
  if (named.deploymentId !== undefined) {
    const known = await findDeployment(parts.db, named.deploymentId);
    if (known !== undefined) return { deploymentId: known.id, evaluationId: null, service: known.service };
    const deployment = await parts.provider.readDeployment(named.deploymentId);
    return { deploymentId: deployment.id, evaluationId: null, service: parts.serviceOf(deployment)?.name ?? null };
  }
  const id = named.evaluationId ?? '';
  const row = await loadEvaluation(parts.db, id);
  if (row === undefined) throw new HttpProblem(404, 'evaluation-not-found', `there is no evaluation "${id}"`);
  const service = row.service ?? (await findDeployment(parts.db, row.deployment_id))?.service ?? null;
  return { deploymentId: row.deployment_id, evaluationId: row.id, service };
}
