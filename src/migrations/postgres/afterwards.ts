import { type Catalog, findRelation, type ObjectName } from '../catalog/catalog.ts';
import { primaryKey, qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Change, ConstraintDropped } from '../changes.ts';
import type { StatementFacts } from '../statement.ts';
import { functionKey } from './volatility.ts';

// What only shows later: whether the transaction makes again what it has dropped, and how the file leaves a table.

function nameIn(relation: string): ObjectName {
  const [schema, ...name] = relation.split('.');
  return { schema, name: name.join('.') };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function isStopped(table: Relation, trigger: string | undefined, how: 'dropped' | 'disabled'): boolean {
  if (how === 'dropped') return !table.triggers.has(unquoted(trigger ?? ''));
  if (trigger !== undefined) return table.triggers.get(unquoted(trigger))?.disabled !== false;
  return ![...table.triggers.values()].every(({ disabled }) => disabled === false);
}

function committed(change: Change, catalog: Catalog): Change {
  switch (change.type) {
    case 'relation-dropped':
    case 'relation-renamed':
      return { ...change, remade: findRelation(catalog, nameIn(change.relation)) !== undefined };
    case 'function-dropped':
      return { ...change, remade: catalog.functions.has(functionKey(change.relation.split('.'))) };
    case 'trigger-stopped': {
      const table = findRelation(catalog, nameIn(change.relation));
      return { ...change, remade: table === undefined || !isStopped(table, change.trigger, change.how) };
    }
    case 'policy-changed': {
      if (change.how !== 'dropped') return change;
      const table = findRelation(catalog, nameIn(change.relation));
      return { ...change, remade: table === undefined || table.policies.has(unquoted(change.policy)) };
    }
    default:
      return change;
  }
}

/** An equal constraint stands there again, something else says as much, or what it was about is gone. */
function isMadeUpFor(dropped: ConstraintDropped, catalog: Catalog): boolean {
  const table = findRelation(catalog, nameIn(dropped.relation));
  if (table === undefined || table.constraints.has(unquoted(dropped.name))) return true;
  const { columns = [], constraint, references, provesNotNull = [] } = dropped;
  if (references !== undefined && findRelation(catalog, nameIn(references)) === undefined) return true;
  if (table.complete && columns.some((column) => !table.columns.has(column))) return true;
  const notNull = (column: string): boolean => table.columns.get(column)?.notNull === true;
  if (
    constraint === 'check' &&
    provesNotNull.length > 0 &&
    columns.every((each) => provesNotNull.includes(each) && notNull(each))
  )
    return true;
  const unique = constraint === 'unique' || constraint === 'primary key';
  const sameColumns = (others: readonly string[]): boolean =>
    others.length === columns.length && others.every((each) => columns.includes(each));
  if (unique && [...table.indexes].some((index) => index.unique && sameColumns(index.columns))) return true;
  return [...table.constraints.values()].some((other) => {
    // A key to the same table over more columns, or fewer, promises the same and something else besides.
    if (constraint === 'foreign key' && other.target !== undefined && qualifiedName(other.target.table) === references)
      return other.columns.some((each) => columns.includes(each));
    const isKey = other.kind === 'unique' || other.kind === 'primary key';
    return sameColumns(other.columns) && (other.kind === constraint || (unique && isKey));
  });
}

function hasKey(table: Relation): boolean | undefined {
  if (primaryKey(table) !== undefined || table.parents.some(primaryKey)) return true;
  return table.complete ? false : undefined;
}

function hasPolicy(table: Relation): boolean | undefined {
  if ([...table.policies.values()].some(({ permissive }) => permissive)) return true;
  return table.complete ? false : undefined;
}

/** Columns that the file drops, as `relation column`. */
export function droppedColumns(file: readonly StatementFacts[]): ReadonlySet<string> {
  const changes = file.flatMap((facts) => facts.changes);
  return new Set(
    changes.flatMap((each) => (each.type === 'column-dropped' ? [`${each.relation} ${each.column}`] : [])),
  );
}

function left(change: Change, catalog: Catalog, dropped: ReadonlySet<string>): Change {
  switch (change.type) {
    case 'constraint-dropped':
      return { ...change, remade: isMadeUpFor(change, catalog) };
    case 'not-null-dropped': {
      const table = findRelation(catalog, nameIn(change.relation));
      const again = table?.columns.get(unquoted(change.column))?.notNull === true;
      return { ...change, remade: again || table === undefined || dropped.has(`${change.relation} ${change.column}`) };
    }
    case 'row-security-changed': {
      const table = findRelation(catalog, nameIn(change.relation));
      if (table === undefined) return change;
      const isOn = table.rowSecurityOn ?? (table.complete ? false : undefined);
      return { ...change, hasPolicy: hasPolicy(table), isOn };
    }
    case 'column-type-changed': {
      const table = findRelation(catalog, nameIn(change.relation));
      return { ...change, analysed: table?.analysed !== false };
    }
    case 'table-created': {
      const table = findRelation(catalog, nameIn(change.relation));
      return table === undefined ? change : { ...change, hasPrimaryKey: hasKey(table) };
    }
    default:
      return change;
  }
}

function withChanges(facts: StatementFacts, mark: (change: Change) => Change): StatementFacts {
  return facts.changes.length === 0 ? facts : { ...facts, changes: facts.changes.map(mark) };
}

/** The statement as its transaction leaves the catalog: nobody misses what is dropped and made anew in one. */
export function asCommitted(facts: StatementFacts, catalog: Catalog): StatementFacts {
  return withChanges(facts, (change) => committed(change, catalog));
}

/** The statement as its file leaves the catalog. */
export function asLeft(facts: StatementFacts, catalog: Catalog, dropped: ReadonlySet<string>): StatementFacts {
  return withChanges(facts, (change) => left(change, catalog, dropped));
}
