import type { Reason } from '../reason.ts';
import type { RecordedAction } from '../recorded-actions.ts';
import type { RollbackPlan } from './plan.ts';

export type RollbackStatus = 'planned' | 'running' | 'done' | 'failed' | 'refused';

/** True when nothing more will be done. */
export function hasEnded(status: RollbackStatus): boolean {
  return status !== 'planned' && status !== 'running';
}

/** Why a rollback was asked for, and by whom. Several may arrive for one rollback. */
export interface RollbackReason {
  readonly source: 'operator' | 'canary' | 'alarm';
  readonly text: string;
  readonly actor: string;
  readonly at: string;
}

/** A rollback as outsiders see it. */
export interface Rollback {
  readonly id: string;
  readonly status: RollbackStatus;
  readonly service: string;
  readonly deploymentId: string;
  readonly reasons: readonly RollbackReason[];
  readonly plan: RollbackPlan;
  /** The latest word on how it goes or went. */
  readonly outcome: readonly Reason[];
  readonly rollbackDeploymentId: string | null;
  readonly actions: readonly RecordedAction[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
}
