import type { Clock } from '../clock.ts';
import type { ServiceConfig } from '../config/schema.ts';
import type { Jobs } from '../database/jobs.ts';
import type { Tx } from '../database/store.ts';
import type { DeploymentFacts } from '../providers/provider.ts';
import { insertWatch } from './store.ts';

export interface Watching {
  /** Begins the watch of a deployment, once: in the transaction of the decision that lets traffic move. */
  begin(tx: Tx, deployment: DeploymentFacts, service: ServiceConfig): Promise<void>;
}

export function createWatching({ clock, jobs }: { clock: Clock; jobs: Pick<Jobs, 'send'> }): Watching {
  return {
    async begin(tx, deployment, service) {
      const now = clock.now();
      const { durationSeconds, settleSeconds } = service.canary;
      const endsAt = new Date(now.getTime() + (durationSeconds + settleSeconds) * 1000);
      const watch = { deploymentId: deployment.id, service: service.name, policy: service.canary, now, endsAt };
      const id = await insertWatch(tx, watch);
      if (id !== undefined) await jobs.send(tx, 'watch', { id, look: 0 });
    },
  };
}
