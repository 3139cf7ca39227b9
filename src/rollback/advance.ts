import type { DeploymentFacts } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import type { RollbackPlan } from './plan.ts';

/** Where a rollback stands, as read just now. */
export interface RollbackProgress {
  readonly plan: RollbackPlan;
  readonly deployment: DeploymentFacts;
  /** The deployment that brings the previous version back, once there is one. */
  readonly follow: DeploymentFacts | null;
  readonly canaryWeight: number | null;
  /** When the deployment was first seen ended by this rollback's stop; null before. */
  readonly stoppedAt: Date | null;
  readonly createdAt: Date;
  readonly now: Date;
  readonly timeoutSeconds: number;
}

export type NextMove =
  | { readonly move: 'stop'; readonly deploymentId: string }
  | { readonly move: 'redeploy'; readonly revisionOf: string }
  | { readonly move: 'follow'; readonly deploymentId: string }
  | { readonly move: 'wait'; readonly reason: Reason }
  /** What was planned no longer fits what is there: plan again on fresh facts. */
  | { readonly move: 'replan'; readonly reason: Reason }
  | { readonly move: 'end'; readonly status: 'done' | 'failed'; readonly reason: Reason };

/** CodeDeploy makes its rollback a moment after the stop; if none is there after this long, none will come. */
const rollbackAppearsWithinSeconds = 20;

/** The next move of a rollback: pure, so that a crash between two moves only asks the same question again. */
export function advance(progress: RollbackProgress): NextMove {
  const { plan, deployment, follow } = progress;
  if (follow !== null) return followToItsEnd(follow, progress);
  if (deployment.rolledBackBy !== null) return { move: 'follow', deploymentId: deployment.rolledBackBy };
  const overdue = isOverdue(progress);
  if (overdue !== null) return overdue;
  const [first] = plan.steps;
  if (first === undefined) return { move: 'replan', reason: reason('no-plan', 'no plan has been made yet') };
  if (first.step === 'redeploy') return { move: 'redeploy', revisionOf: first.revisionOf };
  if (first.step === 'follow')
    return { move: 'replan', reason: reason('rollback-vanished', 'the rollback to follow is gone') };
  if (deployment.phase === 'running') return { move: 'stop', deploymentId: deployment.id };
  return afterTheStop(progress);
}

function afterTheStop({ deployment, canaryWeight, stoppedAt, now }: RollbackProgress): NextMove {
  if (deployment.phase === 'succeeded') {
    return { move: 'replan', reason: reason('ended-first', `${deployment.id} succeeded before it could be stopped`) };
  }
  const waited = stoppedAt === null ? 0 : (now.getTime() - stoppedAt.getTime()) / 1000;
  if (waited < rollbackAppearsWithinSeconds) {
    const text = `${deployment.id} is ${deployment.providerStatus}; waiting for CodeDeploy's rollback to appear`;
    return { move: 'wait', reason: reason('waiting-for-rollback', text) };
  }
  if (canaryWeight === 0) {
    const text = `${deployment.id} is ${deployment.providerStatus} and all traffic is on the previous version; CodeDeploy made no rollback and none is needed`;
    return { move: 'end', status: 'done', reason: reason('traffic-is-back', text) };
  }
  const text = `${deployment.id} is ${deployment.providerStatus}, but CodeDeploy made no rollback and the new version has ${canaryWeight ?? 'an unknown share'} % of the traffic`;
  return { move: 'replan', reason: reason('no-rollback-came', text) };
}

function followToItsEnd(follow: DeploymentFacts, progress: RollbackProgress): NextMove {
  if (follow.phase === 'succeeded') {
    return {
      move: 'end',
      status: 'done',
      reason: reason('rolled-back', `${follow.id} succeeded: the previous version is back`),
    };
  }
  if (follow.phase !== 'running') {
    const text = `${follow.id}, which was to bring the previous version back, ended as ${follow.providerStatus}; look at it now and act by hand`;
    return { move: 'end', status: 'failed', reason: reason('rollback-failed', text) };
  }
  const overdue = isOverdue(progress);
  if (overdue !== null) return overdue;
  return { move: 'wait', reason: reason('rollback-running', `${follow.id} is ${follow.providerStatus}`) };
}

function isOverdue({ now, createdAt, timeoutSeconds }: RollbackProgress): NextMove | null {
  if (now.getTime() - createdAt.getTime() < timeoutSeconds * 1000) return null;
  const text = `the rollback has not ended within ${timeoutSeconds} s; look at the deployment now and act by hand`;
  return { move: 'end', status: 'failed', reason: reason('timed-out', text) };
}

function reason(code: string, text: string): Reason {
  return { code, text };
}
