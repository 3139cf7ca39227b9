import type { Constraint as ConstraintNode, Node } from 'libpg-query';
import { addConstraint, addIndex, findIndex, findRelation, relationOrAssumed } from '../catalog/catalog.ts';
import type { Constraint, Index, Relation } from '../catalog/relation.ts';
import { calledIn } from './calls.ts';
import { reportDoubts } from './constraint-doubts.ts';
import { columnsIn, demandOf, fingerprint } from './expression-facts.ts';
import { plainShape } from './index-shape.ts';
import { expressionKey, nodeAs, stringOf, stringsOf } from './node.ts';
import { freeName } from './object-name.ts';
import { rangeName, type Scene } from './scene.ts';

const kinds: Readonly<Record<string, Constraint['kind']>> = {
  CONSTR_CHECK: 'check',
  CONSTR_UNIQUE: 'unique',
  CONSTR_PRIMARY: 'primary key',
  CONSTR_FOREIGN: 'foreign key',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_NOTNULL: 'not null',
};

function constraintKind(node: ConstraintNode): Constraint['kind'] | undefined {
  return kinds[node.contype ?? ''];
}

function nullTestColumns(node: Node | undefined): string[] {
  const test = nodeAs(node, 'NullTest');
  if (test?.nulltesttype === 'IS_NOT_NULL') {
    const column = stringOf(nodeAs(test.arg, 'ColumnRef')?.fields?.at(-1));
    return column === undefined ? [] : [column];
  }
  const and = nodeAs(node, 'BoolExpr');
  return and?.boolop === 'AND_EXPR' ? (and.args ?? []).flatMap(nullTestColumns) : [];
}

const labels: Readonly<Record<Constraint['kind'], string>> = {
  check: 'check',
  unique: 'key',
  'primary key': 'pkey',
  'foreign key': 'fkey',
  exclude: 'excl',
  'not null': 'not_null',
};

function columnsOf(node: ConstraintNode, kind: Constraint['kind'], ownColumn: string | undefined): string[] {
  if (kind === 'check') return [...new Set(columnsIn(node.raw_expr))];
  const elements = (node.exclusions ?? []).map((pair) => nodeAs(nodeAs(pair, 'List')?.items?.[0], 'IndexElem')?.name);
  if (kind === 'exclude') return elements.filter((name) => name !== undefined);
  const listed = stringsOf(kind === 'foreign key' ? node.fk_attrs : node.keys);
  return listed.length > 0 || ownColumn === undefined ? listed : [ownColumn];
}

function targetOf(node: ConstraintNode, scene: Scene, table: Relation): Constraint['target'] {
  if (node.pktable === undefined) return undefined;
  const name = rangeName(node.pktable);
  const own = name.name === table.name && (name.schema === undefined || name.schema === table.schema);
  const target = own ? (findRelation(scene.catalog, name) ?? table) : relationOrAssumed(scene.catalog, name);
  return { table: target, columns: stringsOf(node.pk_attrs) };
}

function nameConstraint(node: ConstraintNode, table: Relation, scene: Scene, columns: readonly string[]): string {
  const kind = constraintKind(node) ?? 'check';
  const shown = kind === 'primary key' ? [] : kind === 'check' && columns.length > 1 ? [] : columns;
  const taken = (name: string): boolean =>
    table.constraints.has(name) || findIndex(scene.catalog, { schema: table.schema, name }) !== undefined;
  return node.conname ?? freeName(scene.catalog, { table: table.name, columns: shown, label: labels[kind] }, taken);
}

/** CASCADE, SET NULL and SET DEFAULT write; NO ACTION and RESTRICT only look. */
function writes(action: string | undefined): boolean {
  return action === 'c' || action === 'n' || action === 'd';
}

/** Makes the constraint's index, or finds the one that USING INDEX names. */
function indexFor(
  node: ConstraintNode,
  table: Relation,
  scene: Scene,
  name: string,
  columns: string[],
): Index | undefined {
  if (node.indexname !== undefined) {
    return findIndex(scene.catalog, { schema: table.schema, name: node.indexname });
  }
  const kind = constraintKind(node);
  if (kind !== 'unique' && kind !== 'primary key' && kind !== 'exclude') return undefined;
  const labels = [...columns, ...stringsOf(node.including)];
  const shape = kind === 'exclude' ? undefined : plainShape(columns);
  const nullsNotDistinct = node.nulls_not_distinct;
  const unique = kind !== 'exclude';
  return addIndex(scene.catalog, {
    name,
    table,
    columns,
    labels,
    unique,
    nullsNotDistinct,
    calls: kind === 'exclude' ? calledIn(node.exclusions) : [],
    expressionColumns: [],
    shape,
  });
}

/**
 * Puts a constraint into the catalog: with its name chosen as PostgreSQL would, its index made, and a foreign key known
 * at both ends.
 * @param ownColumn the column in whose definition the constraint stands
 */
export function recordConstraint(
  node: ConstraintNode,
  table: Relation,
  scene: Scene,
  ownColumn?: string,
): Constraint | undefined {
  const kind = constraintKind(node);
  if (kind === undefined) return undefined;
  const written = columnsOf(node, kind, ownColumn);
  const name = nameConstraint(node, table, scene, ownColumn === undefined || kind !== 'check' ? written : [ownColumn]);
  const index = indexFor(node, table, scene, name, written);
  const columns = written.length === 0 && index !== undefined ? [...index.columns] : written;
  const constraint: Constraint = {
    name,
    kind,
    table,
    columns,
    validated: node.skip_validation !== true,
    enforced: !(node.is_enforced === undefined && (kind === 'check' || kind === 'foreign key')),
    provesNotNull: kind === 'check' ? nullTestColumns(node.raw_expr) : kind === 'not null' ? columns : [],
    noInherit: node.is_no_inherit === true,
    expression: kind === 'check' ? expressionKey(node.raw_expr) : undefined,
    target: kind === 'foreign key' ? targetOf(node, scene, table) : undefined,
    index,
    origin: scene.catalog.origin,
    calls: calledIn([node.raw_expr, node.exclusions]),
    writesOn: { delete: writes(node.fk_del_action), update: writes(node.fk_upd_action) },
    ...(kind === 'check' ? { demand: demandOf(node.raw_expr) } : {}),
    nullsNotDistinct: node.nulls_not_distinct ?? index?.nullsNotDistinct,
    fingerprint: fingerprint([node.raw_expr, node.exclusions]),
    deletesRows: node.fk_del_action === 'c',
  };
  addConstraint(constraint);
  reportDoubts(node, constraint, scene);
  if (kind === 'primary key' || (kind === 'not null' && constraint.validated)) {
    for (const column of columns) {
      const known = table.columns.get(column);
      if (known !== undefined) known.notNull = true;
    }
  }
  return constraint;
}
