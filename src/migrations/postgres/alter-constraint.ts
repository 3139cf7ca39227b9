import { removeConstraint } from '../catalog/catalog.ts';
import { type Constraint, qualifiedName, type Relation, targetColumns, withPartitions } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Alteration } from './alteration.ts';
import { actionTables, dropKey, keysTo, lockGoingKey } from './foreign-key-ends.ts';
import { loseObject } from './losses.ts';
import { nodeAs } from './node.ts';
import { quoteIdentifier } from './quote.ts';
import type { Scene } from './scene.ts';

const validate: Why = {
  reason: 'every row is read to see that the constraint holds, while reads and writes go on',
  source: 'ATExecValidateConstraint, tablecmds.c',
};
const otherEnd: Why = {
  reason: "the foreign key's triggers on the table at the other end go",
  source: 'dropconstraint_internal, tablecmds.c',
};
const dependentKey: Why = {
  reason: 'CASCADE drops the foreign keys that rely on the key',
  source: 'performDeletion, dependency.c',
};
const enforce: Why = {
  reason: 'every row is looked up in the referenced table before the key is enforced',
  source: 'ATExecAlterConstrEnforceability, tablecmds.c (18)',
};

/** Partitions have parts of a foreign key, which may be called otherwise; a CHECK goes by its name. */
function partsOf(alteration: Alteration, name: string): (readonly [Relation, Constraint | undefined])[] {
  const own = alteration.table.constraints.get(name);
  const parts = new Map<Relation, Constraint | undefined>([[alteration.table, own]]);
  for (const target of alteration.targets) {
    if (parts.has(target)) continue;
    const above = target.parents.map((parent) => parts.get(parent));
    const part = [...target.constraints.values()].find(
      (each) => each.parent !== undefined && above.includes(each.parent),
    );
    parts.set(target, part ?? target.constraints.get(name));
  }
  return [...parts];
}

/** VALIDATE CONSTRAINT reads the table, and for a foreign key the one at the other end; a valid constraint is left alone. */
export function validateConstraint(alteration: Alteration): void {
  const { scene, command, table, mode, relation, sqlTable } = alteration;
  const name = command.name ?? '';
  const work = partsOf(alteration, name).flatMap(([target, constraint]) => {
    if (constraint?.validated === true && constraint.enforced) return [];
    if (constraint !== undefined) constraint.validated = true;
    else if (target !== table || target.complete) return [];
    scene.lock(target, mode, validate);
    if (constraint?.kind === 'not null') markNotNull(target, constraint.columns);
    if (constraint?.target !== undefined) {
      scene.lock(constraint.target.table, 'RowShareLock', validate);
      for (const each of withPartitions(constraint.target.table)) {
        scene.lock(each, 'AccessShareLock', validate);
        if (each.kind === 'table') scene.scan(each, { when: 'rows', ...validate });
      }
    }
    return target.kind === 'partitioned table' ? [] : [scene.scan(target, validate)];
  });
  scene.change({ type: 'constraint-validated', relation, table: sqlTable, name: quoteIdentifier(name), work });
}

function markNotNull(table: Relation, columns: readonly string[]): void {
  for (const name of columns) {
    const column = table.columns.get(name);
    if (column !== undefined) column.notNull = true;
  }
}

/** Drops foreign keys of other tables that refer to the columns of a key that goes. */
function dropDependentKeys(scene: Scene, key: Constraint): void {
  const same = (columns: readonly string[]): boolean =>
    columns.length === key.columns.length && columns.every((column) => key.columns.includes(column));
  for (const foreignKey of keysTo(key.table).filter((each) => same(targetColumns(each)))) {
    loseObject(scene, foreignKey.table, dependentKey.reason, dependentKey.source, foreignKey.name);
    dropKey(scene, foreignKey);
  }
}

function describeOwn({ kind, columns, provesNotNull, target }: Constraint) {
  const references = target === undefined ? {} : { references: qualifiedName(target.table) };
  return { constraint: kind, columns, provesNotNull, ...references };
}

/** DROP CONSTRAINT: quick; a foreign key locks the other end as well. */
export function dropConstraint(alteration: Alteration): void {
  const { scene, command, relation, sqlTable } = alteration;
  const name = command.name ?? '';
  const own = alteration.table.constraints.get(name);
  if (own === undefined && command.missing_ok === true && alteration.table.complete) return;
  for (const [target, constraint] of partsOf(alteration, name)) {
    const unknown = constraint === undefined && target === alteration.table && !target.complete;
    if (constraint !== undefined || unknown) {
      loseObject(scene, target, 'the constraint is dropped', 'ATExecDropConstraint, tablecmds.c', name);
    }
    if (unknown) target.assumedConstraints.add(name);
    if (constraint === undefined) continue;
    if (constraint.target !== undefined) {
      scene.lock(constraint.target.table, 'AccessExclusiveLock', otherEnd);
      lockGoingKey(scene, constraint);
    }
    if (constraint.index !== undefined) {
      scene.lockIndex(constraint.index, 'AccessExclusiveLock', {
        reason: 'the index goes with its constraint',
        source: 'index_drop, index.c',
      });
    }
    if (command.behavior === 'DROP_CASCADE' && constraint.index !== undefined) dropDependentKeys(scene, constraint);
    removeConstraint(scene.catalog, constraint);
  }
  scene.change({
    type: 'constraint-dropped',
    relation,
    table: sqlTable,
    name: quoteIdentifier(name),
    ...(own === undefined ? {} : describeOwn(own)),
    fresh: alteration.table.origin === 'set' || own?.origin === 'set',
    work: [],
  });
}

/** ALTER CONSTRAINT: deferrability is quick; enforcing a key (18) locks and reads both tables. */
export function alterConstraint(alteration: Alteration): void {
  const { scene, command, table, relation, sqlTable } = alteration;
  const alter = nodeAs(command.def, 'ATAlterConstraint');
  const constraint = table.constraints.get(alter?.conname ?? '');
  if (alter?.alterEnforceability !== true || constraint?.target === undefined) return;
  constraint.enforced = alter.is_enforced === true;
  if (!constraint.enforced) {
    for (const each of actionTables(scene, constraint)) scene.lock(each, 'AccessExclusiveLock', otherEnd);
    return;
  }
  for (const each of actionTables(scene, constraint)) scene.lock(each, 'ShareRowExclusiveLock', enforce);
  constraint.validated = true;
  const stored = (relation: Relation) => withPartitions(relation).filter(({ kind }) => kind === 'table');
  const work = [
    ...stored(table).map((each) => scene.scan(each, enforce)),
    ...stored(constraint.target.table).map((each) => scene.scan(each, { when: 'rows', ...enforce })),
  ];
  scene.change({
    type: 'rewritten',
    by: 'ALTER TABLE',
    relation,
    table: sqlTable,
    detail: `ALTER CONSTRAINT ${constraint.name} ENFORCED`,
    work,
  });
}
