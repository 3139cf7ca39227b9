import type { Node } from 'libpg-query';
import { nodeAs, tagOf } from '../migrations/postgres/node.ts';

const queries: ReadonlySet<string> = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'ExplainStmt',
  'ExecuteStmt',
]);

/** Statements in which queries stand beside changes of definitions. */
const holding: ReadonlySet<string> = new Set(['DoStmt', 'CallStmt', 'CreateTableAsStmt']);

/** Whether the planner chooses how the statement reads tables: what it scans then says nothing about the statement. */
export function readsAsPlanned(node: Node): boolean {
  return queries.has(tagOf(node)) || nodeAs(node, 'CopyStmt')?.query !== undefined;
}

/** Whether queries stand in the statement, which may read more than is claimed. */
export function holdsQueries(node: Node): boolean {
  return holding.has(tagOf(node));
}
