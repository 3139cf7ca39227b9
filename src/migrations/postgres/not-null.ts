import { columnOrAssumed, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { quoteIdentifier } from './quote.ts';

const scan: Why = {
  reason: 'every row is read to see that the column holds no null',
  source: 'ATRewriteTable, tablecmds.c; ALTER TABLE, SET/DROP NOT NULL',
};

/** PostgreSQL 12 and newer take a valid CHECK (column IS NOT NULL) as proof. PostgreSQL: NotNullImpliedByRelConstraints. */
const provesSince = 12;

/** Whether the column cannot hold nulls, by its definition or by a valid CHECK. */
export function provenNotNull(relation: Relation, column: string, version = provesSince): boolean {
  if (relation.columns.get(column)?.notNull === true) return true;
  if (version < provesSince) return false;
  return [...relation.constraints.values()].some(
    (constraint) => constraint.validated && constraint.enforced && constraint.provesNotNull.includes(column),
  );
}

/** ALTER COLUMN … SET NOT NULL: free where it is proven, else a full scan of each table that lacks the proof. */
export function setNotNull(alteration: Alteration): void {
  const { scene, command, table, mode, relation, sqlTable } = alteration;
  const column = command.name ?? '';
  // Partitions of a table whose column is NOT NULL already have it, too. PostgreSQL: ATPrepSetNotNull, tablecmds.c.
  const stands = table.kind === 'partitioned table' && table.columns.get(column)?.notNull === true;
  const targets = stands ? [table] : alteration.targets;
  for (const target of targets) scene.lock(target, mode, scan);
  const work = targets.flatMap((target) => {
    const proven = provenNotNull(target, column, scene.version);
    columnOrAssumed(target, column).notNull = true;
    return proven || target.kind === 'partitioned table' ? [] : [scene.scan(target, scan)];
  });
  scene.change({ type: 'not-null-set', relation, table: sqlTable, column: quoteIdentifier(column), work });
}

const dropping: Why = { reason: 'its column may hold nulls from now on', source: 'ATExecDropNotNull, tablecmds.c' };

export function dropNotNull({ scene, command, table, targets, mode, relation, sqlTable }: Alteration): void {
  const name = command.name ?? '';
  // On a column of a primary key the server refuses it; where nulls were allowed before nothing changes.
  const changes = table.columns.get(name)?.notNull !== false || !table.complete;
  if (changes) {
    const column = quoteIdentifier(name);
    scene.change({ type: 'not-null-dropped', relation, table: sqlTable, column, work: [] });
  }
  // From 18 on it goes down only where there is something to drop. PostgreSQL: ATExecDropNotNull.
  const goesDown = scene.version < 18 || changes;
  for (const target of goesDown ? targets : [table]) {
    scene.lock(target, mode, dropping);
    const column = target.columns.get(command.name ?? '');
    if (column !== undefined) column.notNull = false;
    for (const constraint of [...target.constraints.values()]) {
      if (constraint.kind === 'not null' && constraint.columns.includes(command.name ?? '')) {
        target.constraints.delete(constraint.name);
      }
    }
  }
}
