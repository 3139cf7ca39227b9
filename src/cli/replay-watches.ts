import { existsSync } from 'node:fs';
import { judge } from '../canary/judge.ts';
import type { MetricTargets } from '../canary/metrics/questions.ts';
import type { CanaryPolicy } from '../canary/policy.ts';
import { observationsOf, type WatchRow, watchesBetween } from '../canary/store.ts';
import { readEnvironment } from '../config/environment.ts';
import type { Database } from '../database/store.ts';
import { StoreUnavailable } from '../database/store-unavailable.ts';
import type { CommandIo } from './command.ts';
import { openStore } from './open-store.ts';

/** A watch of the past, as it was decided and as the service's policy of now would. */
export interface ReplayedWatch {
  readonly watch: string;
  readonly deploymentId: string;
  readonly startedAt: string;
  readonly decided: string | null;
  readonly replayed: string;
  readonly reasons: readonly string[];
}

export interface StoredPast {
  readonly watches: readonly ReplayedWatch[];
  /** Where the watches had their metrics from. */
  readonly targetGroups: readonly string[];
  readonly loadBalancer: string | null;
  /** Why the store has not been read; null where it was. */
  readonly unread: string | null;
}

const mostWatches = 1000;

/** Judges the stored watches of a time again, with the policy of now. A store that cannot be opened is said, and no end. */
export async function replayWatches(
  io: CommandIo,
  service: { readonly name: string; readonly canary: CanaryPolicy },
  span: { readonly from: Date; readonly to: Date },
): Promise<StoredPast> {
  const nothing = { watches: [], targetGroups: [], loadBalancer: null };
  const environment = readEnvironment(io.env, io.cwd);
  if (environment.databaseUrl === undefined && !existsSync(environment.dataDirectory)) {
    return {
      ...nothing,
      unread: `there is no store in ${environment.dataDirectory}; SAFETY_GATE_DATA or DATABASE_URL names it`,
    };
  }
  let store: Awaited<ReturnType<typeof openStore>>;
  try {
    store = await openStore(environment);
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    return { ...nothing, unread: cause.message };
  }
  try {
    const rows = await watchesBetween(store.db, service.name, { ...span, limit: mostWatches });
    const watches: ReplayedWatch[] = [];
    for (const row of rows) watches.push(await replayWatch(store.db, row, service.canary));
    const targets = rows.map((row) => row.targets as unknown as MetricTargets | null); // saveLook wrote it
    const groups = targets.flatMap((found) => [found?.baseline, found?.canary].flatMap((group) => group ?? []));
    const loadBalancer = targets.findLast((found) => found?.loadBalancer != null)?.loadBalancer ?? null;
    return { watches, targetGroups: [...new Set(groups)].sort(), loadBalancer, unread: null };
  } finally {
    await store.close();
  }
}

async function replayWatch(db: Database, row: WatchRow, policy: CanaryPolicy): Promise<ReplayedWatch> {
  const observations = await observationsOf(db, row.id);
  const span = { startedAt: row.started_at.toISOString(), endsAt: row.ends_at.toISOString() };
  const { decision, reasons } = judge(policy, span, observations);
  return {
    watch: row.id,
    deploymentId: row.deployment_id,
    startedAt: span.startedAt,
    decided: row.decision,
    replayed: decision,
    reasons: reasons.map(({ text }) => text),
  };
}
