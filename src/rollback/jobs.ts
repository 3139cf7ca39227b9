import type { Logger } from 'pino';
import { AwsFailure } from '../aws/failure.ts';
import type { Clock } from '../clock.ts';
import type { JobHandler, Jobs } from '../database/jobs.ts';
import type { Database } from '../database/store.ts';
import { type DeploymentFacts, DeploymentUnknown, type Provider } from '../providers/provider.ts';
import { type ActionSubject, act } from '../recorded-actions.ts';
import { advance, type NextMove, overdue, type RollbackTimes } from './advance.ts';
import { schemaReason } from './crossing.ts';
import { gatherRollbackFacts, readCanaryWeight, weightAfterBadEnd } from './facts.ts';
import type { RollbackPlan } from './plan.ts';
import { hasEnded } from './rollback.ts';
import { planAcrossSchema } from './schema.ts';
import { loadRollbackRow, type RollbackRow, updateRollback } from './store.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
  readonly logger: Logger;
  /** Seconds after which a rollback of this service counts as hung. */
  readonly timeoutSeconds: (service: string) => number;
}

type Change = Omit<Parameters<typeof updateRollback>[2], 'now'>;

/**
 * Carries a rollback on by one move a job: read where it stands, decide the next move, write it down, make it.
 * AWS being away is no end: the same move is tried again, slower, until the rollback's own time is over.
 */
export function createRollbackJob(parts: Parts): JobHandler {
  return async ({ id, look }) => {
    const row = await loadRollbackRow(parts.db, id);
    if (row === undefined || row.ended_at !== null || (look >= 0 && look !== row.looks)) return;
    const change = await takeMove(parts, row);
    const now = parts.clock.now();
    await parts.db.transaction().execute(async (tx) => {
      const mine = await updateRollback(tx, row, { ...change, now });
      if (!mine || (change.status !== undefined && hasEnded(change.status))) return;
      const next = new Date(now.getTime() + secondsUntilNextLook(row.looks) * 1000);
      await parts.jobs.send(tx, 'rollback', { id, look: row.looks + 1 }, next);
    });
    if (change.outcome !== undefined) parts.logger.info({ rollback: id, outcome: change.outcome }, 'rollback');
  };
}

/** Every second at first, when a stop takes effect; every ten seconds once it is a matter of minutes. */
function secondsUntilNextLook(looks: number): number {
  return Math.min(10, 1 + Math.floor(looks / 10));
}

async function takeMove(parts: Parts, row: RollbackRow): Promise<Change> {
  try {
    const deployment = await parts.provider.readDeployment(row.deployment_id);
    const plan = row.plan as unknown as RollbackPlan; // written by this module and by the doors, from planRollback
    if (plan.steps.length === 0) return await makePlan(parts, row, deployment);
    return await makeMove(parts, row, deployment, plan);
  } catch (cause) {
    if (cause instanceof DeploymentUnknown) {
      return { status: 'failed', outcome: [{ code: 'deployment-unknown', text: cause.message }] };
    }
    if (!(cause instanceof AwsFailure)) throw cause;
    if (cause.kind === 'refused') return { status: 'failed', outcome: [cause.toReason()] };
    const late = overdue(timesOf(parts, row));
    return late === null ? { outcome: [cause.toReason()] } : { status: 'failed', outcome: [late, cause.toReason()] };
  }
}

function timesOf({ clock, timeoutSeconds }: Parts, row: RollbackRow): RollbackTimes {
  return { createdAt: row.created_at, now: clock.now(), timeoutSeconds: timeoutSeconds(row.service) };
}

async function makePlan(parts: Parts, row: RollbackRow, deployment: DeploymentFacts): Promise<Change> {
  const facts = await gatherRollbackFacts(parts.provider, parts.db, row.service, deployment);
  const outcome = await planAcrossSchema(parts, row.service, facts);
  if (outcome.kind === 'refused') return { status: 'refused', outcome: [outcome.reason] };
  const word = schemaReason(outcome.plan.schema);
  // It goes on all the same: a version of which some calls fail is better than one that was condemned.
  if (word !== null)
    parts.logger.warn({ rollback: row.id, deployment: deployment.id, ...word }, 'rollback across a schema change');
  return { status: 'running', plan: outcome.plan, followDeploymentId: null, outcome: word === null ? [] : [word] };
}

async function makeMove(
  parts: Parts,
  row: RollbackRow,
  deployment: DeploymentFacts,
  plan: RollbackPlan,
): Promise<Change> {
  const followId = row.follow_deployment_id;
  const follow = followId === null ? null : await parts.provider.readDeployment(followId);
  const times = timesOf(parts, row);
  // Whether the traffic has moved matters only for one of ours that does not end in time.
  const hangs = follow?.phase === 'running' && follow.claimedRollbackId === row.id && overdue(times) !== null;
  const next = advance({
    ...times,
    plan,
    deployment,
    follow,
    canaryWeight: follow === null ? await weightAfterBadEnd(parts.provider, deployment) : null,
    followWeight: hangs ? await readCanaryWeight(parts.provider, follow) : null,
    followIsOurs: follow?.claimedRollbackId === row.id,
  });
  return carryOut(parts, row, deployment, next);
}

async function carryOut(parts: Parts, row: RollbackRow, deployment: DeploymentFacts, next: NextMove): Promise<Change> {
  switch (next.move) {
    case 'stop':
      return stop(parts, row, next.deploymentId);
    case 'redeploy':
      return redeploy(parts, row, deployment, next.revisionOf);
    case 'follow':
      return { followDeploymentId: next.deploymentId };
    case 'wait':
      return { outcome: [next.reason] };
    case 'replan': {
      const { outcome, ...change } = await makePlan(parts, row, deployment);
      return { ...change, outcome: [next.reason, ...(outcome ?? [])] };
    }
    case 'end':
      return { status: next.status, outcome: [next.reason] };
  }
}

async function stop(parts: Parts, row: RollbackRow, deploymentId: string): Promise<Change> {
  const input = { deploymentId, autoRollbackEnabled: true };
  const outcome = await act(parts, subjectOf(row), 'StopDeployment', input, () => parts.provider.stop(deploymentId));
  return { outcome: [{ code: `stop-${outcome}`, text: `StopDeployment ${deploymentId}: ${outcome}` }] };
}

/** CreateDeployment has no client token: after a crash, our deployment is found again by the id in its description. */
async function redeploy(
  parts: Parts,
  row: RollbackRow,
  deployment: DeploymentFacts,
  revisionOf: string,
): Promise<Change> {
  const group = await parts.provider.deploymentsOfGroup(deployment.application, deployment.deploymentGroup);
  const ours = group.find((other) => other.claimedRollbackId === row.id);
  if (ours !== undefined) return { followDeploymentId: ours.id };
  // Somebody has fixed forward meanwhile: planning again says so, instead of overwriting the fix.
  const newer = group.find((other) => other.createdAt > deployment.createdAt && other.id !== deployment.rolledBackBy);
  if (newer !== undefined) return makePlan(parts, row, deployment);
  const good = group.find((other) => other.id === revisionOf) ?? (await parts.provider.readDeployment(revisionOf));
  const input = { revisionOf, deploymentGroup: good.deploymentGroup, description: row.id };
  const result = await act(parts, subjectOf(row), 'CreateDeployment', input, () =>
    parts.provider.redeploy(good, row.id),
  );
  if (result.outcome === 'created') return { followDeploymentId: result.deploymentId };
  return { outcome: [{ code: 'deployment-in-the-way', text: `${result.message}; trying again until it has ended` }] };
}

function subjectOf(row: RollbackRow): ActionSubject {
  return { deploymentId: row.deployment_id, rollbackId: row.id };
}
