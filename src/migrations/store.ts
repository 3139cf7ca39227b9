import type { Database } from '../database/store.ts';
import { newId } from '../ids.ts';
import type { LintReport } from './report.ts';

export interface StoredReport {
  readonly id: string;
  readonly service: string;
  readonly revision: string;
  readonly report: LintReport;
}

/** Keeps a revision's report; a newer one for the same revision counts instead of it. */
export async function saveReport(
  db: Database,
  entry: { service: string; revision: string; report: LintReport; actor: string; now: Date },
): Promise<StoredReport> {
  const id = newId('report', entry.now);
  await db
    .insertInto('migration_reports')
    .values({
      id,
      service: entry.service,
      revision: entry.revision,
      report: JSON.stringify(entry.report),
      created_at: entry.now,
      created_by: entry.actor,
    })
    .execute();
  return { id, service: entry.service, revision: entry.revision, report: entry.report };
}

/** A service's newest report under a name of the first group that has any; undefined when no group has one. */
export async function findReport(
  db: Database,
  service: string,
  nameGroups: readonly (readonly string[])[],
): Promise<StoredReport | undefined> {
  for (const names of nameGroups) {
    const found = names.length === 0 ? undefined : await newestReport(db, service, names);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function newestReport(
  db: Database,
  service: string,
  names: readonly string[],
): Promise<StoredReport | undefined> {
  const row = await db
    .selectFrom('migration_reports')
    .selectAll()
    .where('service', '=', service)
    .where('revision', 'in', [...names])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  // saveReport wrote it, from lint() or from a body that passed lintReportSchema
  const report = row.report as unknown as LintReport;
  return { id: row.id, service: row.service, revision: row.revision, report };
}
