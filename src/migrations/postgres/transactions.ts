import type { TransactionMode } from '../input.ts';
import type { TransactionScope } from '../statement.ts';
import { nodeAs } from './node.ts';
import type { ParsedPart, ParsedStatement } from './parse.ts';

/** Which transaction a statement runs in; statements with the same number share one. */
export interface Placement {
  readonly scope: TransactionScope;
  readonly transaction: number;
  /** Set on the statement that opens or ends an explicit transaction. */
  readonly control?: 'begin' | 'end' | 'rollback';
  /** What is odd about it: a BEGIN within a transaction, an end of the runner's or of none, a BEGIN that nothing ends. */
  readonly oddity?: 'nested' | "ends the runner's" | 'ends none' | 'left open';
}

/** PostgreSQL: BeginTransactionBlock and EndTransactionBlock, xact.c. */
function oddityOf(control: Placement['control'], open: TransactionScope | undefined): Placement['oddity'] {
  if (control === undefined) return undefined;
  if (control === 'begin') return open === undefined ? undefined : 'nested';
  if (open === 'file') return "ends the runner's";
  return open === undefined ? 'ends none' : undefined;
}

/** Marks the statement that opened the transaction which the part leaves open. */
function withLeftOpen(placements: readonly Placement[]): readonly Placement[] {
  const last = placements.findLastIndex(({ control, oddity }) => control !== undefined && oddity === undefined);
  const opener = placements[last]?.control === 'begin' ? last : -1;
  return placements.map((each, at) => (at === opener ? { ...each, oddity: 'left open' } : each));
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

/** A transaction that may be open when a part begins: to whatever is next, to a `shared` part, or to none. */
export interface OpenTransaction {
  readonly transaction: number;
  readonly openTo: 'next' | 'shared' | 'none';
  /** Of what is open to the next part. */
  readonly scope?: TransactionScope | undefined;
}

/** A transaction that the runner opens: PostgreSQL then only warns about a BEGIN, and COMMIT ends the runner's own. */
const runnerOpens: ReadonlySet<TransactionMode> = new Set(['wrapped', 'shared']);

/**
 * Which transaction each statement of a part runs in. Numbers go on from `last`; a `shared` part goes on with the transaction of
 * the `shared` part before it. In an `implicit` part with BEGIN or COMMIT of its own, what stands outside runs alone.
 * @param last the number of the last transaction before the part, and which part may still run in it
 */
export function placeStatements(
  part: ParsedPart,
  last: OpenTransaction = { transaction: 0, openTo: 'none' },
): readonly Placement[] {
  const controls = part.statements.map(controlOf);
  const plain = controls.every((control) => control === undefined);
  const together =
    runnerOpens.has(part.transaction) || (part.transaction === 'implicit' && plain && controls.length > 1);
  const joins = last.openTo === 'next' || (last.openTo === 'shared' && part.transaction === 'shared');
  let transaction = joins ? last.transaction : last.transaction + 1;
  let open: TransactionScope | undefined = together ? 'file' : last.openTo === 'next' ? last.scope : undefined;
  const placements = controls.map((control, at): Placement => {
    if (open === undefined && at > 0) transaction += 1;
    const oddity = oddityOf(control, open);
    if (control === 'begin') open ??= 'explicit';
    const placement: Placement = {
      scope: open ?? 'own',
      transaction,
      ...(control === undefined ? {} : { control }),
      ...(oddity === undefined ? {} : { oddity }),
    };
    if (control === 'end' || control === 'rollback') open = undefined;
    return placement;
  });
  return part.goesOn === true ? placements : withLeftOpen(placements);
}
