import type { DeleteStmt, InsertStmt, MergeStmt, MergeWhenClause, Node, UpdateStmt } from 'libpg-query';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { fireTriggersOf } from './fire-triggers.ts';
import { loseData } from './losses.ts';
import { nodeAs, stringOf } from './node.ts';
import { lockNestedWrites, lockReads, lockSequences, runQuery } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { changeRows, insertFromQuery, reachOf } from './rows-changed.ts';
import { relationOf, type Scene } from './scene.ts';
import {
  assignedColumns,
  filledColumns,
  fireRules,
  insertedColumns,
  lockAncestors,
  lockInserts,
  lockKeySources,
  lockKeyTargets,
  lockWrites,
  writtenTable,
} from './written-rows.ts';

const everyRow: Why = { reason: 'without WHERE every row is visited', source: 'UPDATE; DELETE; documentation, 14.1' };

export function insert(statement: InsertStmt, scene: Scene): void {
  const named = relationOf(scene, statement.relation);
  const table = writtenTable(named);
  const given = insertedColumns(statement, table);
  if (named !== table) lockWrites(named, scene);
  lockInserts(table, given, scene);
  lockKeyTargets(table, filledColumns(table, given), scene);
  lockAncestors(table, scene);
  fireRules(named, 'CMD_INSERT', scene);
  // Read together, so that names of the WITH are not taken for tables.
  const { selectStmt, withClause, onConflictClause, returningClause } = statement;
  lockReads({ selectStmt, withClause, onConflictClause, returningClause }, scene, true);
  if (onConflictClause?.action === 'ONCONFLICT_UPDATE') {
    const columns = assignedColumns(onConflictClause.targetList);
    lockKeySources(table, columns, scene);
  }
  lockSequences([selectStmt, withClause], scene);
  for (const name of assignedColumns(onConflictClause?.targetList)) {
    if (table.columns.get(name)?.origin === 'set') continue;
    loseData(scene, table, 'values of rows that are there already are overwritten', 'INSERT, ON CONFLICT', name);
  }
  lockNestedWrites(withClause, scene);
  if (withClause === undefined) runQuery(selectStmt, scene);
  insertFromQuery(scene, table, statement.relation, 'INSERT', [selectStmt, withClause]);
}

/** The server refuses it, but for elements and fields of one column. PostgreSQL: process_matched_tle, rewriteHandler.c. */
function noteAssignedTwice(statement: UpdateStmt, scene: Scene): void {
  const targets = (statement.targetList ?? []).map((each) => nodeAs(each, 'ResTarget'));
  const whole = targets.filter((each) => each?.indirection === undefined).map((each) => each?.name);
  const column = whole.find((name, at) => name !== undefined && whole.indexOf(name) !== at);
  if (column === undefined) return;
  const relation = qualifiedName(relationOf(scene, statement.relation));
  const table = quoteRange(statement.relation);
  scene.change({ type: 'assigned-twice', relation, table, column: quoteIdentifier(column), work: [] });
}

/** Columns whose old value is kept anyhow: it was null, or it is assigned to itself. */
function keptColumns(statement: UpdateStmt): ReadonlySet<string> {
  const kept = new Set<string>();
  const conjuncts = (node: Node | undefined): Node[] => {
    const both = nodeAs(node, 'BoolExpr');
    return both?.boolop === 'AND_EXPR' ? (both.args ?? []).flatMap(conjuncts) : node === undefined ? [] : [node];
  };
  for (const each of conjuncts(statement.whereClause)) {
    const test = nodeAs(each, 'NullTest');
    const name = stringOf(nodeAs(test?.arg, 'ColumnRef')?.fields?.at(-1));
    if (test?.nulltesttype === 'IS_NULL' && name !== undefined) kept.add(name);
  }
  return kept;
}

/** An UPDATE leaves no trace of the values that it overwrites; a column that this set has added had none. */
function loseOverwritten(scene: Scene, table: Relation, statement: UpdateStmt): void {
  const kept = keptColumns(statement);
  for (const name of assignedColumns(statement.targetList)) {
    if (kept.has(name) || table.columns.get(name)?.origin === 'set') continue;
    loseData(scene, table, 'values are overwritten, and nothing keeps the old ones', 'UPDATE', name);
  }
}

/** ON DELETE CASCADE takes rows of other tables along; SET NULL and SET DEFAULT their references. */
function loseCascaded(scene: Scene, table: Relation): void {
  for (const key of table.referencedBy) {
    if (!key.writesOn.delete || key.table === table) continue;
    loseData(
      scene,
      key.table,
      `foreign key ${key.name} deletes or changes rows with those they refer to`,
      'RI_FKey_cascade_del, ri_triggers.c',
    );
  }
}

export function update(statement: UpdateStmt, scene: Scene): void {
  const named = relationOf(scene, statement.relation);
  const table = writtenTable(named);
  const columns = assignedColumns(statement.targetList);
  if (named !== table) lockWrites(named, scene);
  const { fromClause, whereClause, withClause, targetList, returningClause } = statement;
  lockWrites(table, scene, { conditions: { whereClause }, only: statement.relation?.inh !== true });
  lockAncestors(table, scene);
  fireRules(named, 'CMD_UPDATE', scene);
  lockReads({ fromClause, whereClause, withClause, targetList, returningClause }, scene, true);
  lockNestedWrites(statement.withClause, scene);
  lockKeyTargets(table, columns, scene);
  lockKeySources(table, columns, scene);
  noteAssignedTwice(statement, scene);
  loseOverwritten(scene, table, statement);
  const joined = statement.fromClause !== undefined;
  const reach = joined ? 'some rows' : reachOf(statement.whereClause, table);
  const work = reach === 'every row' ? [scene.scan(table, everyRow)] : [];
  changeRows(scene, table, { verb: 'UPDATE', statement, reach, work });
}

export function deleteFrom(statement: DeleteStmt, scene: Scene): void {
  const named = relationOf(scene, statement.relation);
  const table = writtenTable(named);
  if (named !== table) lockWrites(named, scene);
  const { usingClause, whereClause, withClause, returningClause } = statement;
  lockWrites(table, scene, { conditions: { whereClause }, only: statement.relation?.inh !== true });
  if (scene.version <= 13) lockAncestors(table, scene); // PostgreSQL: InitResultRelInfo, execMain.c (13)
  fireRules(named, 'CMD_DELETE', scene);
  lockReads({ usingClause, whereClause, withClause, returningClause }, scene, true);
  lockNestedWrites(statement.withClause, scene);
  lockKeySources(table, undefined, scene);
  const reach = reachOf(statement.whereClause, table);
  const work = reach === 'every row' ? [scene.scan(table, everyRow)] : [];
  changeRows(scene, table, { verb: 'DELETE', statement, reach, work });
  const gone = statement.whereClause === undefined ? 'all rows are deleted' : 'the rows that match are deleted';
  loseData(scene, table, gone, 'DELETE');
  loseCascaded(scene, table);
}

/** What a WHEN of a MERGE brings about, besides the lock on the table itself. */
function mergeAction(clause: MergeWhenClause | undefined, table: Relation, scene: Scene): void {
  const columns = assignedColumns(clause?.targetList);
  switch (clause?.commandType) {
    case 'CMD_INSERT':
      lockInserts(table, columns.length > 0 ? columns : undefined, scene);
      fireTriggersOf(table, 'insert', undefined, scene);
      break;
    case 'CMD_UPDATE':
      lockKeySources(table, columns, scene);
      fireTriggersOf(table, 'update', columns, scene);
      for (const name of columns) loseData(scene, table, 'values are overwritten', 'MERGE', name);
      break;
    case 'CMD_DELETE':
      lockKeySources(table, undefined, scene);
      fireTriggersOf(table, 'delete', undefined, scene);
      loseData(scene, table, 'the rows that match are deleted', 'MERGE');
      break;
    default:
  }
}

/** MERGE reads source and target whole, unless the planner finds an index for the join. */
export function merge(statement: MergeStmt, scene: Scene): void {
  const named = relationOf(scene, statement.relation);
  const table = writtenTable(named);
  if (named !== table) lockWrites(named, scene);
  const { sourceRelation, joinCondition, withClause, mergeWhenClauses, returningClause } = statement;
  lockWrites(table, scene, { conditions: { joinCondition }, only: statement.relation?.inh !== true });
  lockNestedWrites(withClause, scene);
  lockReads({ sourceRelation, joinCondition, withClause, mergeWhenClauses, returningClause }, scene, true);
  lockKeyTargets(table, undefined, scene);
  for (const each of statement.mergeWhenClauses ?? []) mergeAction(nodeAs(each, 'MergeWhenClause'), table, scene);
  scene.scan(table, everyRow);
  insertFromQuery(scene, table, statement.relation, 'MERGE', [statement.sourceRelation, statement.withClause]);
  const source = nodeAs(statement.sourceRelation, 'RangeVar');
  if (source !== undefined) scene.scan(relationOf(scene, source), everyRow);
}
