import type {
  AlterExtensionContentsStmt,
  AlterObjectDependsStmt,
  AlterPublicationStmt,
  CommentStmt,
  CopyStmt,
  CreatePublicationStmt,
  CreateStatsStmt,
  CreateTrigStmt,
  LockStmt,
  RuleStmt,
} from 'libpg-query';
import { findRelation, findType, type ObjectName, relationOrAssumed } from '../catalog/catalog.ts';
import { qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import { type PostgresLockMode, postgresLockModes, type Why } from '../effects.ts';
import { fingerprint } from './expression-facts.ts';
import { fireTriggersOf } from './fire-triggers.ts';
import { nameOf, nameParts, nodeAs, stringsOf } from './node.ts';
import { lockNestedWrites, runQuery } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';
import { lockInserts, lockKeyTargets } from './written-rows.ts';

const trigger: Why = { reason: 'a trigger is put on the table', source: 'CreateTriggerFiringOn, trigger.c' };
const rule: Why = { reason: 'a rule is put on it', source: 'DefineQueryRewrite, rewriteDefine.c' };
const statistics: Why = { reason: 'extended statistics are put on the table', source: 'CreateStatistics, statscmds.c' };
const publication: Why = { reason: 'the table is published', source: 'OpenTableList, publicationcmds.c' };
const comment: Why = { reason: 'its comment is kept from changing twice at once', source: 'CommentObject, comment.c' };
const owned: Why = { reason: 'it is tied to an extension', source: 'get_object_address, objectaddress.c' };
const explicit: Why = { reason: 'LOCK asks for it', source: 'LOCK' };
const copy: Why = { reason: 'rows are copied', source: 'DoCopy, copy.c' };
export function createTrigger(statement: CreateTrigStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const reached = table.kind === 'partitioned table' && statement.row === true ? withDescendants(table) : [table];
  const name = statement.trigname ?? '';
  scene.change({
    type: 'trigger-added',
    relation: qualifiedName(table),
    table: quoteRange(statement.relation),
    trigger: quoteIdentifier(name),
    replaces: table.triggers.has(name),
    work: [],
  });
  for (const each of reached) {
    scene.lock(each, 'ShareRowExclusiveLock', trigger);
    // Where not all is known, OR REPLACE may meet a trigger of that name.
    if (statement.replace === true && !each.complete && !each.triggers.has(name))
      each.assumedParts.add(`trigger ${name}`);
    each.triggers.set(name, {
      calls: stringsOf(statement.funcname).at(-1) ?? '',
      events: statement.events ?? 0,
      row: statement.row === true,
      timing: statement.timing ?? 0,
      columns: stringsOf(statement.columns),
      args: stringsOf(statement.args),
    });
  }
  if (statement.constrrel !== undefined) scene.lock(relationOf(scene, statement.constrrel), 'AccessShareLock', trigger);
}

export function createRule(statement: RuleStmt, scene: Scene): void {
  const relation = relationOf(scene, statement.relation);
  scene.lock(relation, 'AccessExclusiveLock', rule);
  const actions = statement.actions ?? [];
  for (const action of actions) {
    runQuery(action, scene);
    lockNestedWrites(action, scene);
  }
  relation.rules.set(statement.rulename ?? '', {
    fingerprint: fingerprint([statement.event, statement.instead, statement.actions]),
    event: statement.event ?? '',
    instead: statement.instead === true,
    actions,
  });
}

export function createStatistics(statement: CreateStatsStmt, scene: Scene): void {
  for (const each of statement.relations ?? []) {
    const range = nodeAs(each, 'RangeVar');
    if (range === undefined) continue;
    const table = relationOf(scene, range);
    scene.lock(table, 'ShareUpdateExclusiveLock', statistics);
    table.statistics.add(nameParts({ List: { items: statement.defnames ?? [] } }).at(-1) ?? '');
  }
}

export function changePublication(statement: CreatePublicationStmt | AlterPublicationStmt, scene: Scene): void {
  const listed = new Set<Relation>();
  for (const each of statement.pubobjects ?? []) {
    const range = nodeAs(each, 'PublicationObjSpec')?.pubtable?.relation;
    if (range === undefined) continue;
    const table = relationOf(scene, range);
    // A partitioned table stands for its partitions; children by inheritance are listed one by one.
    const alone = table.kind === 'partitioned table' || range.inh !== true;
    for (const each of alone ? [table] : withDescendants(table)) listed.add(each);
  }
  const name = statement.pubname ?? '';
  const published = scene.catalog.publications.get(name) ?? new Set();
  const replaced = 'action' in statement && statement.action === 'AP_SetObjects' ? [...published] : [];
  for (const each of [...listed, ...replaced]) scene.lock(each, 'ShareUpdateExclusiveLock', publication);
  const removes = 'action' in statement && statement.action === 'AP_DropObjects';
  const now = removes ? [...published].filter((each) => !listed.has(each)) : [...published, ...listed];
  scene.catalog.publications.set(name, replaced.length > 0 ? listed : new Set(now));
}

const commentedRelations: Readonly<Record<string, Relation['kind']>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materialized view',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreign table',
  OBJECT_COLUMN: 'table',
};
const commentedParts = new Set(['OBJECT_TABCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_RULE', 'OBJECT_POLICY']);

/** COMMENT ON: strong enough against another COMMENT on relations, almost nothing on what belongs to them. */
export function commentOn(statement: CommentStmt, scene: Scene): void {
  const type = statement.objtype ?? '';
  const parts = nameParts(statement.object);
  const inside = type === 'OBJECT_COLUMN' || commentedParts.has(type);
  const kind = commentedRelations[type];
  if (kind === undefined && !inside) return;
  const name: ObjectName = nameOf(inside ? parts.slice(0, -1) : parts);
  const isType = findRelation(scene.catalog, name) === undefined && findType(scene.catalog, name) !== undefined;
  if (isType) return; // an attribute of a composite type
  const relation = relationOrAssumed(scene.catalog, name, kind ?? 'table');
  scene.lock(relation, commentedParts.has(type) ? 'AccessShareLock' : 'ShareUpdateExclusiveLock', comment);
}

/** ALTER EXTENSION … ADD and DROP of a table or the like. PostgreSQL: ExecAlterExtensionContentsStmt, extension.c. */
export function alterExtensionContents(statement: AlterExtensionContentsStmt, scene: Scene): void {
  const kind = commentedRelations[statement.objtype ?? ''];
  if (kind === undefined) return;
  scene.lock(
    relationOrAssumed(scene.catalog, nameOf(nameParts(statement.object)), kind),
    'ShareUpdateExclusiveLock',
    owned,
  );
}

/** ALTER … DEPENDS ON EXTENSION: a materialized view is locked outright, a trigger's table lightly. */
export function alterDepends(statement: AlterObjectDependsStmt, scene: Scene): void {
  if (statement.relation === undefined) return;
  const relation = findRelation(scene.catalog, rangeName(statement.relation));
  if (relation === undefined) return;
  const whole = statement.objectType === 'OBJECT_MATVIEW';
  scene.lock(relation, whole ? 'AccessExclusiveLock' : 'AccessShareLock', owned);
}

/** LOCK TABLE; the mode is a number from 1, in the order of the documentation's table. */
export function lockTable(statement: LockStmt, scene: Scene): void {
  const mode: PostgresLockMode = postgresLockModes[(statement.mode ?? 8) - 1] ?? 'AccessExclusiveLock';
  for (const each of statement.relations ?? []) {
    const range = nodeAs(each, 'RangeVar');
    if (range === undefined) continue;
    const relation = relationOf(scene, range);
    const reached = new Set([relation]);
    for (const one of reached) {
      for (const below of range.inh === true ? one.children : []) reached.add(below);
      // PostgreSQL: LockViewRecurse, lockcmds.c
      for (const read of one.kind === 'view' ? one.reads : []) {
        if (read.relation.kind !== 'materialized view') reached.add(read.relation);
      }
    }
    for (const one of reached) scene.lock(one, mode, explicit);
    const modeSaid = /\bmode\b/i.test(scene.text);
    const table = quoteRange(range);
    scene.change({ type: 'table-locked', relation: qualifiedName(relation), table, modeSaid, work: [] });
  }
}

export function copyRows(statement: CopyStmt, scene: Scene): void {
  if (statement.relation === undefined) {
    runQuery(statement.query, scene);
    return;
  }
  const table = relationOf(scene, statement.relation);
  if (statement.is_from !== true) {
    scene.lock(table, 'AccessShareLock', copy);
    if (table.kind === 'table') scene.scan(table, copy);
    return;
  }
  const columns = stringsOf(statement.attlist);
  lockInserts(table, columns.length > 0 ? columns : undefined, scene);
  lockKeyTargets(table, columns.length > 0 ? columns : undefined, scene);
  fireTriggersOf(table, 'insert', undefined, scene);
}
