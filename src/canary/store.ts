import type { Selectable } from 'kysely';
import type { Database, Tx } from '../database/store.ts';
import type { WatchesTable } from '../database/tables.ts';
import { newId } from '../ids.ts';
import type { Reason } from '../reason.ts';
import type { WatchEnd } from './conclude.ts';
import type { JudgeDecision } from './judge.ts';
import type { MetricTargets } from './metrics/questions.ts';
import type { Observation } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

export type WatchRow = Selectable<WatchesTable>;

/** A watch as outsiders see it: every observation as it was fetched, and what the judge said of it. */
export interface StoredWatch {
  readonly id: string;
  readonly deploymentId: string;
  readonly service: string;
  /** What it is judged by, whatever the configuration says by now; null for watches of older releases. */
  readonly policy: CanaryPolicy | null;
  readonly status: 'running' | 'decided';
  readonly decision: string | null;
  readonly reasons: readonly Reason[];
  readonly startedAt: string;
  readonly endsAt: string;
  readonly decidedAt: string | null;
  readonly looks: readonly { readonly observation: Observation; readonly decision: JudgeDecision }[];
}

/** Begins the watch of a deployment. @returns its id, or undefined when there is one already */
export async function insertWatch(
  tx: Tx,
  watch: { deploymentId: string; service: string; policy: CanaryPolicy; now: Date; endsAt: Date },
): Promise<string | undefined> {
  const row = await tx
    .insertInto('watches')
    .values({
      id: newId('watch', watch.now),
      deployment_id: watch.deploymentId,
      service: watch.service,
      policy: JSON.stringify(watch.policy),
      status: 'running',
      reasons: '[]',
      started_at: watch.now,
      ends_at: watch.endsAt,
    })
    .onConflict((conflict) => conflict.column('deployment_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function loadWatch(db: Database | Tx, id: string): Promise<WatchRow | undefined> {
  return db.selectFrom('watches').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findWatchRow(db: Database | Tx, deploymentId: string): Promise<WatchRow | undefined> {
  return db.selectFrom('watches').selectAll().where('deployment_id', '=', deploymentId).executeTakeFirst();
}

/**
 * All that was seen so far, in the order in which it was fetched. Each look reads it all, and nothing beside it: the
 * policy bounds a watch to 48 hours and its periods to 2880, and most have some hundreds at most.
 */
export async function observationsOf(db: Database | Tx, watchId: string): Promise<readonly Observation[]> {
  const rows = await db
    .selectFrom('observations')
    .select('observation')
    .where('watch_id', '=', watchId)
    .orderBy('look')
    .execute();
  return rows.map((row) => row.observation as unknown as Observation); // written by saveLook only
}

/**
 * Writes one look: what was seen, what the judge said, and the end if it was one.
 * @returns false when another job took this look already: then nothing was written
 */
export async function saveLook(
  tx: Tx,
  row: WatchRow,
  look: {
    observation: Observation;
    decision: JudgeDecision;
    targets: MetricTargets | null;
    end: WatchEnd | null;
    now: Date;
  },
): Promise<boolean> {
  const updated = await tx
    .updateTable('watches')
    .set({
      looks: row.looks + 1,
      reasons: JSON.stringify(look.decision.reasons),
      targets: look.targets === null ? null : JSON.stringify(look.targets),
      ...(look.end === null ? {} : { status: 'decided', decision: look.end, decided_at: look.now }),
    })
    .where('id', '=', row.id)
    .where('status', '=', 'running')
    .where('looks', '=', row.looks)
    .executeTakeFirst();
  if (updated.numUpdatedRows !== 1n) return false;
  await tx
    .insertInto('observations')
    .values({
      watch_id: row.id,
      look: row.looks,
      fetched_at: look.observation.fetchedAt,
      observation: JSON.stringify(look.observation),
      decision: JSON.stringify(look.decision),
    })
    .execute();
  return true;
}

/** What a watch is judged by; null for one that an older release began. */
export function policyOf({ policy }: Pick<WatchRow, 'policy'>): CanaryPolicy | null {
  return policy as unknown as CanaryPolicy | null; // written by insertWatch only, from a checked configuration
}

/**
 * The watch of a deployment with all its looks; undefined when there is none. What the baseline and past days had before
 * the watch is left to the decision sheet (`findWatch`): it is most of a first look, and no part of the story.
 */
export async function watchOfDeployment(db: Database, deploymentId: string): Promise<StoredWatch | undefined> {
  const row = await findWatchRow(db, deploymentId);
  if (row === undefined) return undefined;
  const watch = await withLooks(db, row);
  const looks = watch.looks.map(({ observation, decision }) => {
    const points = observation.points.filter(({ phase }) => phase === 'watch');
    return { observation: { ...observation, points }, decision };
  });
  return { ...watch, looks };
}

/** A watch by its own id or by that of its deployment, with all its looks; undefined when there is none. */
export async function findWatch(db: Database, id: string): Promise<StoredWatch | undefined> {
  const row = (await loadWatch(db, id)) ?? (await findWatchRow(db, id));
  return row === undefined ? undefined : withLooks(db, row);
}

async function withLooks(db: Database, row: WatchRow): Promise<StoredWatch> {
  const looks = await db
    .selectFrom('observations')
    .select(['observation', 'decision'])
    .where('watch_id', '=', row.id)
    .orderBy('look')
    .execute();
  return {
    id: row.id,
    deploymentId: row.deployment_id,
    service: row.service,
    policy: policyOf(row),
    status: row.status,
    decision: row.decision,
    reasons: row.reasons,
    startedAt: row.started_at.toISOString(),
    endsAt: row.ends_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    looks: looks.map((look) => ({
      observation: look.observation as unknown as Observation, // both written by saveLook only
      decision: look.decision as unknown as JudgeDecision,
    })),
  };
}

/** The watches of a service that began in a span, oldest first; limited, since each is judged again with all that it saw. */
export async function watchesBetween(
  db: Database,
  service: string,
  { from, to, limit }: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<readonly WatchRow[]> {
  return db
    .selectFrom('watches')
    .selectAll()
    .where('service', '=', service)
    .where('started_at', '>=', from)
    .where('started_at', '<', to)
    .orderBy('started_at')
    .limit(limit)
    .execute();
}
