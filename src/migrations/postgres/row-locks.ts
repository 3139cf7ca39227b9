import type { Node, RangeVar } from 'libpg-query';
import { nodeAs, visit } from './node.ts';

/** A FROM item's own name: its alias, or the table's name. */
function nameOfItem(range: RangeVar): string | undefined {
  return range.alias?.aliasname ?? range.relname;
}

/** What FOR UPDATE and its like name, which are no tables to read. */
export function lockedNames(query: unknown): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  visit(query, (tag, content) => {
    if (tag !== 'LockingClause') return;
    for (const each of (content.lockedRels ?? []) as Node[]) found.add(nodeAs(each, 'RangeVar')); // list of RangeVar
  });
  return found;
}

/** FROM items of which FOR UPDATE and its like lock rows, in the query and in those inside it. */
export function rowLockedItems(query: unknown): Node[] {
  const found: Node[] = [];
  visit(query, (tag, content) => {
    if (tag !== 'SelectStmt' || content.lockingClause === undefined) return;
    const clauses = (content.lockingClause as Node[]).map((each) => nodeAs(each, 'LockingClause')); // SelectStmt.lockingClause
    const all = clauses.some((clause) => clause?.lockedRels === undefined);
    const named = clauses
      .flatMap((clause) => clause?.lockedRels ?? [])
      .map((each) => nodeAs(each, 'RangeVar')?.relname);
    const from = (content.fromClause ?? []) as Node[]; // SelectStmt.fromClause
    if (all) found.push(...from);
    else found.push(...itemsNamed(from, new Set(named)));
  });
  return found;
}

function itemsNamed(from: readonly Node[], names: ReadonlySet<string | undefined>): Node[] {
  return from.flatMap((item): Node[] => {
    const join = nodeAs(item, 'JoinExpr');
    if (join !== undefined)
      return itemsNamed(
        [join.larg, join.rarg].filter((each) => each !== undefined),
        names,
      );
    const range = nodeAs(item, 'RangeVar');
    const name = range === undefined ? nodeAs(item, 'RangeSubselect')?.alias?.aliasname : nameOfItem(range);
    return name !== undefined && names.has(name) ? [item] : [];
  });
}
