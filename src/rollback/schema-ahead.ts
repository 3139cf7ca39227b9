import type { DownLoss, DownVerdict, PreviousVersion, RollbackReason } from '../migrations/rollback-safety/verdict.ts';

/** What the version that comes back will find in the database: rollbacks bring code back, and no schema. */
export interface SchemaAhead {
  readonly previousVersion: PreviousVersion;
  readonly text: string;
  readonly reasons: readonly RollbackReason[];
  readonly down: DownVerdict;
  readonly downLosses: readonly DownLoss[];
  readonly releases: readonly {
    readonly deploymentId: string;
    readonly reportId: string | null;
    readonly previousVersion: PreviousVersion;
  }[];
}
