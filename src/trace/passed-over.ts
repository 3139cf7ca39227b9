import { type NodeTag, nodeAs, tagOf } from '../migrations/postgres/node.ts';
import type { ParsedStatement } from '../migrations/postgres/parse.ts';

/** Statements that change what belongs to the whole server, or reach out of it. */
const beyondDatabase: ReadonlySet<NodeTag> = new Set([
  'CreatedbStmt',
  'DropdbStmt',
  'AlterDatabaseStmt',
  'AlterDatabaseSetStmt',
  'AlterDatabaseRefreshCollStmt',
  'CreateTableSpaceStmt',
  'DropTableSpaceStmt',
  'AlterTableSpaceOptionsStmt',
  'AlterSystemStmt',
  'CreateRoleStmt',
  'AlterRoleStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'DropOwnedStmt',
  'ReassignOwnedStmt',
  'CreateSubscriptionStmt',
  'AlterSubscriptionStmt',
  'DropSubscriptionStmt',
  'LoadStmt',
]);

/** A cursor ends with the transaction that declares it, and here each statement has its own. */
const cursors: ReadonlySet<NodeTag> = new Set(['FetchStmt', 'ClosePortalStmt']);

function reachesBeyond({ node }: ParsedStatement): boolean {
  const copy = nodeAs(node, 'CopyStmt');
  return beyondDatabase.has(tagOf(node)) || copy?.is_program === true || copy?.filename !== undefined;
}

/** Statements that the file itself takes back, with ROLLBACK or ROLLBACK TO. */
function rolledBack(statements: readonly ParsedStatement[]): ReadonlySet<number> {
  const undone = new Set<number>();
  let begin: number | undefined;
  let savepoints: { name: string; index: number }[] = [];
  const undo = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) undone.add(index);
  };
  statements.forEach(({ node }, index) => {
    const control = nodeAs(node, 'TransactionStmt');
    const name = control?.savepoint_name ?? '';
    switch (control?.kind) {
      case 'TRANS_STMT_BEGIN':
      case 'TRANS_STMT_START':
        begin ??= index;
        break;
      case 'TRANS_STMT_SAVEPOINT':
        savepoints.push({ name, index });
        break;
      case 'TRANS_STMT_ROLLBACK_TO':
        undo(savepoints.findLast((each) => each.name === name)?.index ?? index, index);
        break;
      case 'TRANS_STMT_ROLLBACK':
        undo(begin ?? index, index);
        begin = undefined;
        savepoints = [];
        break;
      case 'TRANS_STMT_COMMIT':
      case 'TRANS_STMT_PREPARE':
        begin = undefined;
        savepoints = [];
        break;
      default:
    }
  });
  return undone;
}

/**
 * Why a statement of the file is run on neither side, by its index.
 * @param disposable true where the whole server goes away after the run
 */
export function passedOver(
  statements: readonly ParsedStatement[],
  disposable: boolean,
): readonly (string | undefined)[] {
  const undone = rolledBack(statements);
  return statements.map((statement, index) => {
    const setsTransaction = nodeAs(statement.node, 'VariableSetStmt')?.name === 'TRANSACTION';
    if (setsTransaction || tagOf(statement.node) === 'TransactionStmt')
      return 'each statement has a transaction of its own';
    if (undone.has(index)) return 'the file rolls it back';
    if (cursors.has(tagOf(statement.node))) return 'a cursor ends with the transaction that declares it';
    if (!disposable && reachesBeyond(statement)) return 'it reaches beyond the database';
    return undefined;
  });
}
