import { recordAudit } from '../audit.ts';
import type { Jobs } from '../database/jobs.ts';
import type { Tx } from '../database/store.ts';
import { newId } from '../ids.ts';
import { lockEvaluation, pendingEvaluations } from './store.ts';
import type { OverrideView } from './story.ts';

export interface NewOverride {
  readonly deploymentId: string;
  /** Null: the whole deployment, its later events and its watch included. */
  readonly evaluationId: string | null;
  readonly verdict: 'pass' | 'fail';
  readonly reason: string;
  readonly actor: string;
}

/** The evaluation was decided before the override came: CodeDeploy takes no second verdict. */
export class AlreadyDecided extends Error {
  override readonly name = 'AlreadyDecided';
}

/**
 * Break glass: writes the override down and wakes what it decides, in one transaction.
 * @throws AlreadyDecided
 */
export async function recordOverride(
  tx: Tx,
  jobs: Pick<Jobs, 'send'>,
  override: NewOverride,
  now: Date,
): Promise<OverrideView> {
  const id = newId('override', now);
  const { deploymentId, evaluationId, verdict, reason, actor } = override;
  const soFar = evaluationId === null ? 'pending' : await lockEvaluation(tx, evaluationId);
  if (soFar !== 'pending') {
    throw new AlreadyDecided(`${evaluationId} was decided ${soFar}; CodeDeploy takes no second verdict`);
  }
  await tx
    .insertInto('overrides')
    .values({ id, deployment_id: deploymentId, evaluation_id: evaluationId, verdict, reason, actor, at: now })
    .execute();
  const subject = evaluationId ?? deploymentId;
  await recordAudit(tx, { at: now, actor, action: 'override', subject, detail: { verdict, reason } });
  for (const evaluation of await pendingEvaluations(tx, deploymentId)) {
    if (evaluationId !== null && evaluation.id !== evaluationId) continue;
    await jobs.send(tx, 'evaluate', { id: evaluation.id, look: -1 });
  }
  return { id, ...override, at: now.toISOString() };
}
