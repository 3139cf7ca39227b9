import type { CreateStmt, Node, RangeVar } from 'libpg-query';
import { findRelation, findType } from '../catalog/catalog.ts';
import { spellType } from '../catalog/column-type.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { ColumnDefined } from '../changes/writing.ts';
import { type ColumnDefinition, readColumnDefinition } from './column-definition.ts';
import { cutNames } from './cut-names.ts';
import { type NodeTag, nodeAs, tagOf } from './node.ts';
import { paddingOf } from './padding.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { missingClause } from './repeatable.ts';
import { rangeName, type Scene } from './scene.ts';

// How the statement is written: nothing of this changes what it does to others.

function describe(columns: readonly ColumnDefinition[], keys: readonly string[]): readonly ColumnDefined[] {
  return columns.flatMap(({ name, type, serial }) =>
    type === undefined
      ? []
      : [
          {
            column: quoteIdentifier(name),
            typeName: type.name,
            columnType: spellType(type),
            serial,
            isKey: keys.length === 1 && keys[0] === name,
          },
        ],
  );
}

function base(range: RangeVar | undefined, relation: Relation) {
  return { relation: qualifiedName(relation), table: quoteRange(range), work: [] } as const;
}

function noteCreateTable(statement: CreateStmt, scene: Scene): void {
  const temporary = statement.relation?.relpersistence === 't';
  const table = temporary ? undefined : findRelation(scene.catalog, rangeName(statement.relation));
  if (table === undefined || table.madeBy !== scene.catalog.serial) return;
  const columns = (statement.tableElts ?? [])
    .map((each) => nodeAs(each, 'ColumnDef'))
    .filter((each) => each !== undefined)
    .map(readColumnDefinition);
  const keys = [...table.constraints.values()].find(({ kind }) => kind === 'primary key')?.columns ?? [];
  const shared = base(statement.relation, table);
  const isEnum = (name: string, schema: string | undefined): boolean =>
    findType(scene.catalog, { schema, name })?.kind === 'enum';
  const padding = paddingOf(columns, isEnum);
  if (statement.partbound === undefined)
    scene.change({ type: 'table-created', ...shared, ...(padding === undefined ? {} : { padding }) });
  if (columns.length > 0)
    scene.change({ type: 'columns-defined', ...shared, columns: describe(columns, keys), onNewTable: true });
  const names = [table.name, ...columns.map(({ name }) => name)];
  noteQuotes(names, shared, scene);
}

function noteQuotes(names: readonly string[], shared: ReturnType<typeof base>, scene: Scene): void {
  const awkward = names.filter((name) => quoteIdentifier(name) !== name);
  if (awkward.length > 0) scene.change({ type: 'name-needs-quotes', ...shared, names: awkward });
}

function noteAddedColumns(statement: Node, range: RangeVar | undefined, table: Relation, scene: Scene): void {
  const commands = (nodeAs(statement, 'AlterTableStmt')?.cmds ?? []).map((each) => nodeAs(each, 'AlterTableCmd'));
  const nodes = commands
    .filter((each) => each?.subtype === 'AT_AddColumn')
    .map((each) => nodeAs(each?.def, 'ColumnDef'));
  const columns = nodes.filter((each) => each !== undefined).map(readColumnDefinition);
  if (columns.length === 0) return;
  const keys = columns.filter(({ constraints }) => constraints.some(({ contype }) => contype === 'CONSTR_PRIMARY'));
  const shared = base(range, table);
  const described = describe(
    columns,
    keys.map(({ name }) => name),
  );
  scene.change({ type: 'columns-defined', ...shared, columns: described, onNewTable: false });
  noteQuotes(
    columns.map(({ name }) => name),
    shared,
    scene,
  );
}

/** PostgreSQL: DefineIndex, indexcmds.c: a unique index over partitions needs all columns of the partition key. */
function noteMissingKeys(range: RangeVar | undefined, table: Relation, scene: Scene): void {
  if (table.partitionKey.length === 0) return;
  for (const index of table.indexes) {
    if (!index.unique || index.madeBy !== scene.catalog.serial || index.columns.length === 0) continue;
    const missing = table.partitionKey.filter((column) => !index.columns.includes(column));
    if (missing.length === 0) continue;
    const columns = index.columns.map(quoteIdentifier);
    const quoted = missing.map(quoteIdentifier);
    const constraint = quoteIdentifier(index.name);
    scene.change({ type: 'partition-key-missing', ...base(range, table), constraint, columns, missing: quoted });
  }
}

/** The relation that a definition statement is about. */
function rangeOf(statement: Node): RangeVar | undefined {
  return (
    nodeAs(statement, 'CreateStmt')?.relation ??
    nodeAs(statement, 'AlterTableStmt')?.relation ??
    nodeAs(statement, 'IndexStmt')?.relation ??
    nodeAs(statement, 'ViewStmt')?.view ??
    nodeAs(statement, 'RenameStmt')?.relation ??
    nodeAs(statement, 'CreateTrigStmt')?.relation
  );
}

/** Whether the statement gives the name; others only speak of what has it already. */
function isNewName(statement: Node, name: string, scene: Scene): boolean {
  if (nodeAs(statement, 'DropStmt') !== undefined) return false;
  const rename = nodeAs(statement, 'RenameStmt');
  if (rename !== undefined) return rename.newname === name;
  const { relations, indexes, serial } = scene.catalog;
  const known = [...relations.values(), ...indexes.values()].find((each) => each.name === name);
  return known === undefined || known.madeBy === serial;
}

/** Statements that name nothing new; a dump is made of them. */
const namesNothing: ReadonlySet<NodeTag> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'SelectStmt',
  'CopyStmt',
  'CommentStmt',
  'VariableSetStmt',
  'TransactionStmt',
  'GrantStmt',
]);

/** Notes what style rules judge; to be called behind the statement's reader. */
export function noteWriting(statement: Node, scene: Scene): void {
  if (namesNothing.has(tagOf(statement))) return;
  for (const { name, to } of cutNames(scene.text)) {
    if (!isNewName(statement, to, scene)) continue;
    scene.change({ type: 'name-cut', relation: to, table: quoteIdentifier(to), name, to, work: [] });
  }
  const missing = missingClause(statement, scene.text);
  if (missing !== undefined) scene.change({ type: 'not-repeatable', relation: '', table: '', ...missing, work: [] });
  const range = rangeOf(statement);
  if (range === undefined) return;
  const create = nodeAs(statement, 'CreateStmt');
  const relation = findRelation(scene.catalog, rangeName(range));
  if (range.schemaname === undefined && range.relpersistence !== 't') {
    const name = range.relname ?? '';
    scene.change({ type: 'name-unqualified', relation: name, table: quoteRange(range), work: [] });
  }
  if (create !== undefined) noteCreateTable(create, scene);
  if (relation === undefined) return;
  noteAddedColumns(statement, range, relation, scene);
  noteMissingKeys(range, relation, scene);
}
