import type { Migration } from './frameworks/framework.ts';
import type { ReportProblem } from './report.ts';

/** Two migrations with one version: most runners refuse them, the others run one of them. */
function duplicates(migrations: readonly Migration[], isNew: (path: string) => boolean): readonly ReportProblem[] {
  const first = new Map<string, Migration>();
  return migrations.flatMap((migration): ReportProblem[] => {
    if (migration.version === undefined) return [];
    const other = first.get(migration.version);
    first.set(migration.version, other ?? migration);
    if (other === undefined || !(isNew(migration.path) || isNew(other.path))) return [];
    const message = `version ${migration.version} is that of ${other.path}, too: give one of them another`;
    return [{ path: migration.path, message }];
  });
}

/** New migrations that stand before one that ran, and changed ones, which ran with another text. */
function outOfOrder(
  migrations: readonly Migration[],
  ran: readonly Migration[],
  isNew: (path: string) => boolean,
): readonly ReportProblem[] {
  const old = new Map(ran.map((migration) => [migration.path, migration]));
  const last = migrations.findLast(({ path, repeatable }) => old.has(path) && !isNew(path) && repeatable !== true);
  const end = last === undefined ? -1 : migrations.indexOf(last);
  return migrations.flatMap(({ path, repeatable, parts }, at): ReportProblem[] => {
    if (!isNew(path) || repeatable === true) return [];
    if (old.has(path)) {
      const named = parts?.some(({ id }) => id !== undefined) === true;
      return named ? [] : [{ path, message: 'changed after it ran: where it ran already, the change will not' }];
    }
    if (at >= end || last === undefined) return [];
    return [{ path, message: `stands before ${last.path}, which ran already: give it a later version` }];
  });
}

/** What is wrong with the order of new migrations among each other and beside those that ran. */
export function versionProblems(
  migrations: readonly Migration[],
  ran: readonly Migration[],
  isNew: (path: string) => boolean,
): readonly ReportProblem[] {
  return [...duplicates(migrations, isNew), ...outOfOrder(migrations, ran, isNew)];
}
