import type { DeploymentFacts } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import type { RollbackPlan } from './plan.ts';

/** How long a rollback runs already, and may run. */
export interface RollbackTimes {
  readonly createdAt: Date;
  readonly now: Date;
  readonly timeoutSeconds: number;
}

/** Where a rollback stands, as read just now. */
export interface RollbackProgress extends RollbackTimes {
  readonly plan: RollbackPlan;
  readonly deployment: DeploymentFacts;
  /** The deployment that brings the previous version back, once there is one. */
  readonly follow: DeploymentFacts | null;
  /** Percent of the traffic on the version that is to go; null when the provider cannot tell. */
  readonly canaryWeight: number | null;
  /** Percent of the traffic that `follow` has moved; null when the provider cannot tell, or it does not matter yet. */
  readonly followWeight: number | null;
  /** True when `follow` is a deployment that this rollback made. */
  readonly followIsOurs: boolean;
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
  const [first] = plan.steps;
  if (deployment.rolledBackBy !== null && first?.step !== 'redeploy') {
    return { move: 'follow', deploymentId: deployment.rolledBackBy };
  }
  const late = overdue(progress);
  if (late !== null) return { move: 'end', status: 'failed', reason: late };
  if (first === undefined) return { move: 'replan', reason: reason('no-plan', 'no plan has been made yet') };
  if (first.step === 'redeploy') return { move: 'redeploy', revisionOf: first.revisionOf };
  if (first.step === 'follow')
    return { move: 'replan', reason: reason('rollback-vanished', 'the rollback to follow is gone') };
  if (deployment.phase === 'running') return { move: 'stop', deploymentId: deployment.id };
  return afterTheStop(progress);
}

/** The deployment has ended, by our stop or by itself (a hook that failed at the same moment). */
function afterTheStop({ deployment, canaryWeight, createdAt, now }: RollbackProgress): NextMove {
  if (deployment.phase === 'succeeded') {
    return { move: 'replan', reason: reason('ended-first', `${deployment.id} succeeded before it could be stopped`) };
  }
  const endedAt = deployment.endedAt === null ? createdAt : new Date(deployment.endedAt);
  const since = Math.max(endedAt.getTime(), createdAt.getTime());
  const waited = (now.getTime() - since) / 1000;
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
  if (follow.phase !== 'running' && !progress.followIsOurs) {
    const text = `${follow.id}, CodeDeploy's own rollback, ended as ${follow.providerStatus}`;
    return { move: 'replan', reason: reason('own-rollback-needed', text) };
  }
  if (follow.phase !== 'running') {
    const text = `${follow.id}, which was to bring the previous version back, ended as ${follow.providerStatus}; look at it now and act by hand`;
    return { move: 'end', status: 'failed', reason: reason('rollback-failed', text) };
  }
  const late = overdue(progress);
  if (late !== null && progress.followIsOurs && progress.followWeight === 100) {
    const text = `${follow.id} has all traffic on the previous version; it only waits for the other tasks to end`;
    return { move: 'end', status: 'done', reason: reason('traffic-is-back', text) };
  }
  if (late !== null) return { move: 'end', status: 'failed', reason: late };
  return { move: 'wait', reason: reason('rollback-running', `${follow.id} is ${follow.providerStatus}`) };
}

/** Why a rollback counts as hung; null while it has time. */
export function overdue({ now, createdAt, timeoutSeconds }: RollbackTimes): Reason | null {
  if (now.getTime() - createdAt.getTime() < timeoutSeconds * 1000) return null;
  const text = `the rollback has not ended within ${timeoutSeconds} s; look at the deployment now and act by hand`;
  return reason('timed-out', text);
}

function reason(code: string, text: string): Reason {
  return { code, text };
}
