import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { ServiceOf } from '../../config/schema.ts';
import type { Courtesy } from '../../database/courtesy.ts';
import type { Database } from '../../database/store.ts';
import type { Dispatcher } from '../../deployments/dispatch.ts';
import { beginEvaluation, findDeployment } from '../../deployments/store.ts';
import { strictObject } from '../../input/strict-object.ts';
import { codedeployLifecycleEvents } from '../../providers/codedeploy/lifecycle-events.ts';
import type { Provider } from '../../providers/provider.ts';
import { type Principal, requireService } from '../auth.ts';
import { type Route, read } from '../route.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly dispatcher: Pick<Dispatcher, 'announce'>;
  readonly provider: Provider;
  readonly courtesy: Pick<Courtesy, 'request'>;
  readonly serviceOf: ServiceOf;
}

const body = strictObject({
  DeploymentId: z.string().min(1).max(200),
  LifecycleEventHookExecutionId: z.string().min(1).max(10_000),
  LifecycleEvent: z.enum(codedeployLifecycleEvents),
});

/** CodeDeploy takes no answer to a hook after an hour; the gate's own deadline leaves time to bring it there. */
const deadlineSeconds = 54 * 60;

/** `POST /v1/hooks/codedeploy`: notes the question and answers at once; a job does the asking. */
export function hookRoute(parts: Parts): Route {
  return {
    method: 'post',
    path: '/v1/hooks/codedeploy',
    scopes: ['hook'],
    summary: 'A CodeDeploy lifecycle hook asks for a verdict',
    body,
    async handle(call) {
      const hook = read(body, call.body, 'the hook call');
      const service = await requireServiceOf(parts, call.principal, hook.DeploymentId);
      const evaluation = await parts.courtesy.request(() => note(parts, hook, service));
      return { status: 202, body: { evaluationId: evaluation.id, verdict: evaluation.verdict } };
    },
  };
}

/** One row, which is its job's outbox entry; for a repeated execution id, the row that is there. */
async function note({ clock, db, dispatcher }: Parts, hook: z.output<typeof body>, service: string | null) {
  const now = clock.now();
  const deadline = new Date(now.getTime() + deadlineSeconds * 1000);
  const call = {
    deploymentId: hook.DeploymentId,
    executionId: hook.LifecycleEventHookExecutionId,
    lifecycleEvent: hook.LifecycleEvent,
    service,
  };
  const evaluation = await beginEvaluation(db, call, now, deadline);
  if (evaluation.begun) dispatcher.announce();
  return evaluation;
}

/**
 * A token for some services only may not fail another service's deployment, so for it the deployment is looked up
 * before anything is noted: in the store, else at the provider.
 */
async function requireServiceOf(parts: Parts, principal: Principal, deploymentId: string): Promise<string | null> {
  if (principal.services === null) return null; // the evaluation finds out, without keeping the hook waiting
  const known = await findDeployment(parts.db, deploymentId);
  if (known !== undefined) {
    requireService(principal, known.service);
    return known.service;
  }
  const service = parts.serviceOf(await parts.provider.readDeployment(deploymentId))?.name ?? null;
  requireService(principal, service);
  return service;
}
