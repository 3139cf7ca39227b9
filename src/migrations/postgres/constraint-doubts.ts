import type { Constraint as ConstraintNode, Node } from 'libpg-query';
import { type Catalog, findRelation } from '../catalog/catalog.ts';
import { type Constraint, qualifiedName, type Relation } from '../catalog/relation.ts';
import { stringsOf, visit } from './node.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import type { Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

/** Functions whose outcome changes with time, session or chance. PostgreSQL: pg_proc, provolatile `s` or `v`. */
const unstable = new Set(
  (
    'now transaction_timestamp statement_timestamp clock_timestamp timeofday age random gen_random_uuid uuid_generate_v4 ' +
    'nextval currval lastval current_setting current_database txid_current pg_current_xact_id inet_client_addr ' +
    'pg_backend_pid pg_trigger_depth'
  ).split(' '),
);

/** `SVFOP_CURRENT_DATE` to `current_date`. */
function keywordOf(op: unknown): string {
  return String(op)
    .replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();
}

/** The first call in a condition that makes it give another answer another time; `age(a, b)` of two values is stable. */
function unstableCall(condition: Node | undefined): string | undefined {
  let found: string | undefined;
  visit(condition, (tag, content) => {
    if (tag === 'SQLValueFunction') found ??= keywordOf(content.op);
    if (tag !== 'FuncCall') return;
    const name = functionKey(stringsOf(content.funcname as Node[] | undefined)); // FuncCall.funcname: list of String
    const ofTwo = name === 'age' && ((content.args as Node[] | undefined) ?? []).length > 1; // FuncCall.args
    if (unstable.has(name) && !ofTwo) found ??= `${name}()`;
  });
  return found;
}

/** Whether an index finds the rows by these columns: they are the first of its own, in any order. */
function isIndexed(table: Relation, columns: readonly string[]): boolean {
  return [...table.indexes].some((index) => {
    if ((index.shape?.where ?? '') !== '' && !columns.every((column) => index.expressionColumns.includes(column))) {
      return false; // a partial index, unless it leaves out only the nulls of the key
    }
    const first = index.columns.slice(0, columns.length);
    return columns.every((column) => first.includes(column));
  });
}

/** A foreign key that still stands, without an index on its own columns. */
export function lacksIndex(catalog: Catalog, relation: string, constraint: string): boolean {
  const [schema, ...name] = relation.split('.');
  const table = findRelation(catalog, { schema, name: name.join('.') });
  const key = [...(table?.constraints.values() ?? [])].find(({ name }) => quoteIdentifier(name) === constraint);
  return table !== undefined && key !== undefined && !isIndexed(table, key.columns);
}

/** Says what may be wrong with a constraint that just came, wherever it was written. */
export function reportDoubts(node: ConstraintNode, constraint: Constraint, scene: Scene): void {
  const { table, kind, columns, target } = constraint;
  if (table.persistence === 'temporary' || table.partition !== undefined) return;
  const base = { relation: qualifiedName(table), table: quoteRelation(table), name: quoteIdentifier(constraint.name) };
  const calls = kind === 'check' ? unstableCall(node.raw_expr) : undefined;
  if (calls !== undefined) scene.change({ type: 'check-unstable', ...base, calls, work: [] });
  if (!constraint.enforced) scene.change({ type: 'constraint-unenforced', ...base, constraint: kind, work: [] });
  // Nobody knows which indexes a table has that no file made, unless the columns are new.
  const known = table.complete || columns.every((column) => table.columns.get(column)?.origin === 'set');
  if (target !== undefined && known && !isIndexed(table, columns)) {
    const key = { columns: columns.map(quoteIdentifier), target: qualifiedName(target.table) };
    scene.change({ type: 'key-unindexed', ...base, ...key, work: [] });
  }
}
