import type { TransactionScope } from '../statement.ts';
import { nodeAs } from './node.ts';
import type { ParsedStatement } from './parse.ts';

/** Which transaction a statement runs in; statements with the same number share one. */
export interface Placement {
  readonly scope: TransactionScope;
  readonly transaction: number;
  /** Set on the statement that opens or ends an explicit transaction. */
  readonly control?: 'begin' | 'end' | 'rollback';
}

function controlOf(statement: ParsedStatement): 'begin' | 'end' | 'rollback' | undefined {
  switch (nodeAs(statement.node, 'TransactionStmt')?.kind) {
    case 'TRANS_STMT_BEGIN':
    case 'TRANS_STMT_START':
      return 'begin';
    case 'TRANS_STMT_COMMIT':
    case 'TRANS_STMT_PREPARE':
      return 'end';
    case 'TRANS_STMT_ROLLBACK':
      return 'rollback';
    default:
      return undefined;
  }
}

/**
 * A file with BEGIN or COMMIT of its own decides for itself. Any other file of several statements runs in one
 * transaction (runners wrap it, and a multi-statement query is one: PostgreSQL, protocol flow 53.2.2.1); a single
 * statement has a transaction of its own.
 */
export function placeStatements(statements: readonly ParsedStatement[]): readonly Placement[] {
  const controls = statements.map(controlOf);
  if (controls.every((control) => control === undefined)) {
    const scope = statements.length > 1 ? 'file' : 'own';
    return statements.map(() => ({ scope, transaction: 0 }));
  }
  let transaction = 0;
  let open = false;
  return controls.map((control): Placement => {
    if (control === 'begin' && !open) {
      open = true;
      transaction += 1;
    } else if (!open) transaction += 1;
    const placement: Placement = {
      scope: open ? 'explicit' : 'own',
      transaction,
      ...(control === undefined ? {} : { control }),
    };
    if (control === 'end' || control === 'rollback') open = false;
    return placement;
  });
}
