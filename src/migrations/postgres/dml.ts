import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt } from 'libpg-query';
import { foreignKeys, qualifiedName, type Relation, targetColumns } from '../catalog/relation.ts';
import type { Why, WhyLocked } from '../effects.ts';
import { loseData } from './losses.ts';
import { nodeAs, stringOf } from './node.ts';
import { lockInserts, lockNestedWrites, lockReads, lockSequences, lockWrites, runQuery } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { changeRows, insertFromQuery, reachOf } from './rows-changed.ts';
import { relationOf, type Scene } from './scene.ts';

const keyCheck: WhyLocked = {
  when: 'rows',
  reason: 'a foreign key is checked for the rows that are written',
  source: 'RI_FKey_check, ri_triggers.c',
};
const keyAction: WhyLocked = {
  when: 'rows',
  reason: 'rows that refer to those that go are looked up, or changed with them',
  source: 'RI_FKey_noaction_del, ri_triggers.c',
};
const everyRow: Why = { reason: 'without WHERE every row is visited', source: 'UPDATE; DELETE; documentation, 14.1' };

function targetNames(list: readonly Node[] | undefined): string[] {
  return (list ?? []).map((each) => nodeAs(each, 'ResTarget')?.name).filter((name) => name !== undefined);
}

/** Tables that the written rows refer to. @param columns those that are written; undefined for all */
function lockKeyTargets(table: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  for (const key of foreignKeys(table)) {
    const touched = columns === undefined || key.columns.some((column) => columns.includes(column));
    if (touched && key.target !== undefined) scene.lock(key.target.table, 'RowShareLock', keyCheck);
  }
}

/** Tables that refer to rows which are deleted (`columns` undefined) or change their key. */
function lockKeySources(table: Relation, columns: readonly string[] | undefined, scene: Scene): void {
  for (const key of table.referencedBy) {
    const touched = columns === undefined || targetColumns(key).some((column) => columns.includes(column));
    const writes = columns === undefined ? key.writesOn.delete : key.writesOn.update;
    if (touched) scene.lock(key.table, writes ? 'RowExclusiveLock' : 'RowShareLock', keyAction);
  }
}

export function insert(statement: InsertStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const columns = targetNames(statement.cols);
  const given = columns.length > 0 ? columns : undefined;
  lockInserts(table, given, scene);
  lockKeyTargets(table, given, scene);
  // Read together, so that names of the WITH are not taken for tables.
  const { selectStmt, withClause, onConflictClause } = statement;
  lockReads([selectStmt, withClause, onConflictClause], scene, true);
  lockSequences([selectStmt, withClause], scene);
  for (const name of targetNames(onConflictClause?.targetList)) {
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
  for (const name of targetNames(statement.targetList)) {
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
  const table = relationOf(scene, statement.relation);
  const columns = targetNames(statement.targetList);
  lockWrites(table, scene);
  lockReads([statement.fromClause, statement.whereClause, statement.withClause, statement.targetList], scene, true);
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
  const table = relationOf(scene, statement.relation);
  lockWrites(table, scene);
  lockReads([statement.usingClause, statement.whereClause, statement.withClause], scene, true);
  lockNestedWrites(statement.withClause, scene);
  lockKeySources(table, undefined, scene);
  const reach = reachOf(statement.whereClause, table);
  const work = reach === 'every row' ? [scene.scan(table, everyRow)] : [];
  changeRows(scene, table, { verb: 'DELETE', statement, reach, work });
  const gone = statement.whereClause === undefined ? 'all rows are deleted' : 'the rows that match are deleted';
  loseData(scene, table, gone, 'DELETE');
  loseCascaded(scene, table);
}

/** MERGE reads source and target whole, unless the planner finds an index for the join. */
export function merge(statement: MergeStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  lockWrites(table, scene);
  lockReads(
    [statement.sourceRelation, statement.joinCondition, statement.withClause, statement.mergeWhenClauses],
    scene,
    true,
  );
  lockKeyTargets(table, undefined, scene);
  for (const each of statement.mergeWhenClauses ?? []) {
    const clause = nodeAs(each, 'MergeWhenClause');
    if (clause?.commandType === 'CMD_DELETE') loseData(scene, table, 'the rows that match are deleted', 'MERGE');
    if (clause?.commandType !== 'CMD_UPDATE') continue;
    for (const name of targetNames(clause.targetList)) loseData(scene, table, 'values are overwritten', 'MERGE', name);
  }
  scene.scan(table, everyRow);
  insertFromQuery(scene, table, statement.relation, 'MERGE', [statement.sourceRelation, statement.withClause]);
  const source = nodeAs(statement.sourceRelation, 'RangeVar');
  if (source !== undefined) scene.scan(relationOf(scene, source), everyRow);
}
