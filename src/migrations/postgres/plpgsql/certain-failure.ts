import type { AlterTableCmd, AlterTableStmt, DropStmt, Node, RangeVar } from 'libpg-query';
import {
  type Catalog,
  creationSchema,
  findIndex,
  findRelation,
  findType,
  type ObjectName,
} from '../../catalog/catalog.ts';
import type { Relation } from '../../catalog/relation.ts';
import { nameOf, nameParts, nodeAs, stringsOf } from '../node.ts';
import { rangeName } from '../scene.ts';

/** Where a new object of that name would go. */
function placeOf(name: ObjectName, catalog: Catalog): ObjectName {
  return { schema: name.schema ?? creationSchema(catalog), name: name.name };
}

function relationTaken(range: RangeVar | undefined, catalog: Catalog): boolean {
  const place = placeOf(rangeName(range), catalog);
  if (range?.relpersistence === 't')
    return findRelation(catalog, { schema: 'pg_temp', name: place.name }) !== undefined;
  return findRelation(catalog, place) !== undefined || findIndex(catalog, place) !== undefined;
}

function typeTaken(names: readonly string[], catalog: Catalog): boolean {
  return findType(catalog, placeOf(nameOf(names), catalog)) !== undefined;
}

/** Why CREATE fails: the name is taken. */
function creationFails(node: Node, catalog: Catalog): string | undefined {
  const table = nodeAs(node, 'CreateStmt');
  if (table !== undefined)
    return table.if_not_exists !== true && relationTaken(table.relation, catalog) ? 'duplicate_table' : undefined;
  const sequence = nodeAs(node, 'CreateSeqStmt');
  if (sequence !== undefined)
    return sequence.if_not_exists !== true && relationTaken(sequence.sequence, catalog) ? 'duplicate_table' : undefined;
  const view = nodeAs(node, 'ViewStmt');
  if (view !== undefined)
    return view.replace !== true && relationTaken(view.view, catalog) ? 'duplicate_table' : undefined;
  const schema = nodeAs(node, 'CreateSchemaStmt');
  if (schema !== undefined) {
    return schema.if_not_exists !== true && catalog.schemas.has(schema.schemaname ?? '')
      ? 'duplicate_schema'
      : undefined;
  }
  const typeName =
    nodeAs(node, 'CreateEnumStmt')?.typeName ??
    nodeAs(node, 'CreateRangeStmt')?.typeName ??
    nodeAs(node, 'CreateDomainStmt')?.domainname;
  if (typeName !== undefined) return typeTaken(stringsOf(typeName), catalog) ? 'duplicate_object' : undefined;
  const composite = nodeAs(node, 'CompositeTypeStmt')?.typevar;
  if (composite === undefined) return undefined;
  return findType(catalog, placeOf(rangeName(composite), catalog)) === undefined ? undefined : 'duplicate_object';
}

/** Why something cannot be put on a table. */
function onTableFails(node: Node, catalog: Catalog): string | undefined {
  const index = nodeAs(node, 'IndexStmt');
  const trigger = nodeAs(node, 'CreateTrigStmt');
  const policy = nodeAs(node, 'CreatePolicyStmt');
  const range = index?.relation ?? trigger?.relation ?? policy?.table;
  if (range === undefined) return undefined;
  const table = findRelation(catalog, rangeName(range));
  if (table === undefined) return 'undefined_table';
  if (index !== undefined) {
    const place = { schema: table.schema, name: index.idxname ?? '' };
    const taken = findIndex(catalog, place) !== undefined || findRelation(catalog, place) !== undefined;
    return index.if_not_exists !== true && taken ? 'duplicate_table' : undefined;
  }
  if (trigger !== undefined) {
    return trigger.replace !== true && table.triggers.has(trigger.trigname ?? '') ? 'duplicate_object' : undefined;
  }
  return table.policies.has(policy?.policy_name ?? '') ? 'duplicate_object' : undefined;
}

function commandFails(command: AlterTableCmd, table: Relation): string | undefined {
  const name = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddColumn': {
      const column = nodeAs(command.def, 'ColumnDef')?.colname ?? '';
      return command.missing_ok !== true && table.columns.has(column) ? 'duplicate_column' : undefined;
    }
    case 'AT_AddConstraint': {
      const constraint = nodeAs(command.def, 'Constraint')?.conname;
      return constraint !== undefined && table.constraints.has(constraint) ? 'duplicate_object' : undefined;
    }
    case 'AT_DropConstraint': {
      const missing = table.complete && !table.constraints.has(name);
      return command.missing_ok !== true && missing ? 'undefined_object' : undefined;
    }
    case 'AT_DropColumn':
      return command.missing_ok !== true && table.complete && !table.columns.has(name) ? 'undefined_column' : undefined;
    case 'AT_AlterColumnType':
    case 'AT_ColumnDefault':
    case 'AT_SetNotNull':
    case 'AT_DropNotNull':
      return table.complete && !table.columns.has(name) ? 'undefined_column' : undefined;
    default:
      return undefined;
  }
}

function alterationFails(statement: AlterTableStmt, catalog: Catalog): string | undefined {
  if (statement.objtype !== 'OBJECT_TABLE') return undefined;
  const name = rangeName(statement.relation);
  const table = findRelation(catalog, name);
  if (table === undefined) {
    return statement.missing_ok === true || findIndex(catalog, name) !== undefined ? undefined : 'undefined_table';
  }
  const commands = (statement.cmds ?? [])
    .map((each) => nodeAs(each, 'AlterTableCmd'))
    .filter((each) => each !== undefined);
  const [first] = commands.map((each) => commandFails(each, table)).filter((each) => each !== undefined);
  return first;
}

function renameFails(node: Node, catalog: Catalog): string | undefined {
  const rename = nodeAs(node, 'RenameStmt');
  if (rename?.relation === undefined || rename.missing_ok === true) return undefined;
  if (rename.renameType !== 'OBJECT_COLUMN' && rename.renameType !== 'OBJECT_TABLE') return undefined;
  const name = rangeName(rename.relation);
  const table = findRelation(catalog, name);
  if (table === undefined) return findIndex(catalog, name) === undefined ? 'undefined_table' : undefined;
  if (rename.renameType === 'OBJECT_TABLE') return undefined;
  if (table.columns.has(rename.newname ?? '')) return 'duplicate_column';
  return table.complete && !table.columns.has(rename.subname ?? '') ? 'undefined_column' : undefined;
}

function dropFails({ removeType, objects, missing_ok }: DropStmt, catalog: Catalog): string | undefined {
  if (missing_ok === true) return undefined;
  for (const object of objects ?? []) {
    const parts = nameParts(object);
    if (removeType === 'OBJECT_TABLE' && findRelation(catalog, nameOf(parts)) === undefined) return 'undefined_table';
    if (removeType === 'OBJECT_INDEX' && findIndex(catalog, nameOf(parts)) === undefined) return 'undefined_object';
  }
  return undefined;
}

function enumValueFails(node: Node, catalog: Catalog): string | undefined {
  const alter = nodeAs(node, 'AlterEnumStmt');
  if (alter?.newVal === undefined || alter.oldVal !== undefined || alter.skipIfNewValExists === true) return undefined;
  const values = findType(catalog, nameOf(stringsOf(alter.typeName)))?.values;
  return values?.includes(alter.newVal) === true ? 'duplicate_object' : undefined;
}

/**
 * The error that the statement surely ends with, by what the catalog holds, as EXCEPTION WHEN names it (PostgreSQL:
 * documentation, appendix A). Undefined where none can be foretold.
 */
export function failsWith(node: Node, catalog: Catalog): string | undefined {
  if (!catalog.complete) return undefined;
  const alter = nodeAs(node, 'AlterTableStmt');
  const drop = nodeAs(node, 'DropStmt');
  return (
    creationFails(node, catalog) ??
    onTableFails(node, catalog) ??
    renameFails(node, catalog) ??
    enumValueFails(node, catalog) ??
    (alter === undefined ? undefined : alterationFails(alter, catalog)) ??
    (drop === undefined ? undefined : dropFails(drop, catalog))
  );
}
