import type { WatchEnd } from '../canary/conclude.ts';
import { policyOf, type WatchRow } from '../canary/store.ts';
import type { Clock } from '../clock.ts';
import type { ServiceConfig } from '../config/schema.ts';
import type { Jobs } from '../database/jobs.ts';
import type { Database, Tx } from '../database/store.ts';
import type { Reason } from '../reason.ts';
import { beginOrJoinRollback } from '../rollback/store.ts';
import { deploymentOverride, pendingEvaluations } from './store.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly serviceNamed: (name: string) => ServiceConfig | undefined;
}

/** What a watch has to know of its deployment, and what follows from its end. */
export function createWatchSurroundings(parts: Parts) {
  return {
    async surroundings(deploymentId: string) {
      const override = await deploymentOverride(parts.db, deploymentId);
      const waiting = await pendingEvaluations(parts.db, deploymentId);
      const deadlines = waiting.map((evaluation) => evaluation.deadline_at.getTime());
      return {
        override: override?.verdict ?? null,
        hookDeadline: deadlines.length === 0 ? null : new Date(Math.min(...deadlines)),
      };
    },

    async onEnd(tx: Tx, watch: WatchRow, end: WatchEnd, reasons: readonly Reason[]): Promise<void> {
      const automatic = parts.serviceNamed(watch.service)?.rollback.automatic ?? false;
      // An operator may have let the deployment pass while the metrics were being fetched.
      const allowed = (await deploymentOverride(tx, watch.deployment_id))?.verdict === 'pass';
      const enforced = policyOf(watch)?.mode !== 'observe';
      if (end === 'rollback' && enforced && automatic && !allowed) await beginRollback(tx, parts, watch, reasons);
      for (const evaluation of await pendingEvaluations(tx, watch.deployment_id)) {
        await parts.jobs.send(tx, 'evaluate', { id: evaluation.id, look: -1 });
      }
    },
  };
}

async function beginRollback(tx: Tx, { clock, jobs }: Parts, watch: WatchRow, reasons: readonly Reason[]) {
  const source = reasons.every((reason) => reason.code === 'alarm-in-alarm') ? 'alarm' : 'canary';
  const { id, joined } = await beginOrJoinRollback(tx, {
    deploymentId: watch.deployment_id,
    service: watch.service,
    plan: { steps: [] }, // made by the rollback's job, on facts of its own moment
    reason: { source, text: reasons.map((reason) => reason.text).join('; '), actor: 'gate' },
    reasonKey: `why_${watch.id}`,
    now: clock.now(),
  });
  if (!joined) await jobs.send(tx, 'rollback', { id, look: 0 });
}
