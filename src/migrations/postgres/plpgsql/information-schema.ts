import type { Catalog } from '../../catalog/catalog.ts';
import { spellType } from '../../catalog/column-type.ts';
import { type Constraint, primaryKey, type Relation } from '../../catalog/relation.ts';
import {
  type CatalogRow,
  type CatalogTable,
  constraintsOf,
  incompleteRelations,
  relationsOf,
  relationsOfKind,
  schemaNames,
} from './catalog-row.ts';

const informationTypes: Readonly<Record<Constraint['kind'], string>> = {
  check: 'CHECK',
  unique: 'UNIQUE',
  'primary key': 'PRIMARY KEY',
  'foreign key': 'FOREIGN KEY',
  exclude: 'EXCLUDE',
  'not null': 'CHECK',
};

/** PostgreSQL: information_schema.sql; sequences and materialized views are no tables there. */
const tableTypes: Partial<Record<Relation['kind'], string>> = {
  table: 'BASE TABLE',
  'partitioned table': 'BASE TABLE',
  view: 'VIEW',
  'foreign table': 'FOREIGN',
};

/** Names as data_type writes them, for types that people ask for. PostgreSQL: format_type. */
const dataTypes: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  bpchar: 'character',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

function informationColumns(catalog: Catalog): readonly CatalogRow[] {
  return relationsOf(catalog)
    .filter(({ kind }) => tableTypes[kind] !== undefined)
    .flatMap((relation) =>
      [...relation.columns.values()].map(({ name, type, notNull, identity }, at) => {
        const own = type === undefined ? undefined : catalog.types.has(`${relation.schema}\u0000${type.name}`);
        const base = type === undefined || own === true ? undefined : { ...type, modifiers: [], dimensions: 0 };
        const spelled = base === undefined ? undefined : (dataTypes[base.name] ?? spellType(base));
        return {
          table_schema: relation.schema,
          table_name: relation.name,
          column_name: name,
          ordinal_position: at + 1,
          is_nullable: notNull ? 'NO' : 'YES',
          is_identity: identity ? 'YES' : 'NO',
          data_type: type !== undefined && type.dimensions > 0 ? 'ARRAY' : own === true ? 'USER-DEFINED' : spelled,
          udt_name: type === undefined ? undefined : type.dimensions > 0 ? `_${type.name}` : type.name,
          character_maximum_length: type?.name === 'varchar' ? (type.modifiers[0] ?? null) : undefined,
        };
      }),
    );
}

function informationConstraints(catalog: Catalog): readonly CatalogRow[] {
  return constraintsOf(catalog).map((constraint) => ({
    constraint_schema: constraint.table.schema,
    constraint_name: constraint.name,
    table_schema: constraint.table.schema,
    table_name: constraint.table.name,
    constraint_type: informationTypes[constraint.kind],
  }));
}

const indexed: ReadonlySet<Constraint['kind']> = new Set(['unique', 'primary key', 'foreign key']);

/** One row for each column of a key. */
function keyUsage(catalog: Catalog): readonly CatalogRow[] {
  const keys = constraintsOf(catalog).filter(({ kind }) => indexed.has(kind));
  return keys.flatMap(({ table, name, columns }) =>
    columns.map((column, at) => ({
      constraint_schema: table.schema,
      constraint_name: name,
      table_schema: table.schema,
      table_name: table.name,
      column_name: column,
      ordinal_position: at + 1,
    })),
  );
}

/** For a foreign key the columns at the other end. PostgreSQL: documentation, 37.13 "constraint_column_usage". */
function columnUsage(catalog: Catalog): readonly CatalogRow[] {
  const named = constraintsOf(catalog).filter(({ kind }) => kind !== 'not null');
  return named.flatMap(({ table, name, columns, target }) => {
    const used = target === undefined ? { table, columns } : target;
    const listed = used.columns.length > 0 ? used.columns : (primaryKey(used.table)?.columns ?? []);
    return listed.map((column) => ({
      constraint_schema: table.schema,
      constraint_name: name,
      table_schema: used.table.schema,
      table_name: used.table.name,
      column_name: column,
    }));
  });
}

const ofTable = ({ schema, name }: Relation): CatalogRow => ({ table_schema: schema, table_name: name });
const perhapsOfTable = (catalog: Catalog): readonly CatalogRow[] => incompleteRelations(catalog).map(ofTable);

/** Views of the information schema that are modelled. PostgreSQL: documentation, chapter 37. */
export const informationSchema: Readonly<Record<string, CatalogTable>> = {
  tables: {
    rows: (catalog) =>
      relationsOf(catalog)
        .filter(({ kind }) => tableTypes[kind] !== undefined)
        .map((relation) => ({ ...ofTable(relation), table_type: tableTypes[relation.kind] })),
  },
  columns: { rows: informationColumns, perhaps: perhapsOfTable },
  table_constraints: { rows: informationConstraints, perhaps: perhapsOfTable },
  key_column_usage: { rows: keyUsage, perhaps: perhapsOfTable },
  constraint_column_usage: { rows: columnUsage, perhaps: perhapsOfTable },
  views: { rows: (catalog) => relationsOfKind(catalog, 'view').map(ofTable) },
  sequences: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'sequence').map(({ schema, name }) => ({
        sequence_schema: schema,
        sequence_name: name,
      })),
  },
  schemata: { rows: (catalog) => schemaNames(catalog).map((name) => ({ schema_name: name })) },
  routines: {
    rows: ({ functions }) => [...functions.keys()].map((name) => ({ routine_name: name })),
    perhaps: () => [{}], // the server's own, and those of extensions
  },
  triggers: {
    rows: (catalog) =>
      relationsOf(catalog).flatMap(({ schema, name, triggers }) =>
        [...triggers.keys()].map((trigger) => ({
          trigger_schema: schema,
          trigger_name: trigger,
          event_object_schema: schema,
          event_object_table: name,
        })),
      ),
  },
};
