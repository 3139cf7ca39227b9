import type { Catalog } from '../../catalog/catalog.ts';
import { type Constraint, type Index, primaryKey, type Relation } from '../../catalog/relation.ts';
import {
  type CatalogRow,
  type CatalogTable,
  constraintsOf,
  incompleteRelations,
  relationsOf,
  relationsOfKind,
  schemaNames,
} from './catalog-row.ts';
import type { ObjectValue } from './value.ts';

function object(of: ObjectValue['of'], schema: string, name: string): ObjectValue {
  return { is: 'object', of, schema, name };
}

const schemaObject = (name: string): ObjectValue => object('schema', '', name);
const relationObject = (named: { schema: string; name: string }): ObjectValue =>
  object('relation', named.schema, named.name);

/** The relation and constraint of a foreign key and so on: their names are unique within the table only. */
function constraintObject({ table, name }: Constraint): ObjectValue {
  return object('constraint', `${table.schema}.${table.name}`, name);
}

/** PostgreSQL: documentation, 53.11 "pg_class", relkind. */
const relationKinds: Readonly<Record<Relation['kind'], string>> = {
  table: 'r',
  'partitioned table': 'p',
  view: 'v',
  'materialized view': 'm',
  sequence: 'S',
  'foreign table': 'f',
};
const persistences = { permanent: 'p', unlogged: 'u', temporary: 't' } as const;
const constraintTypes: Readonly<Record<Constraint['kind'], string>> = {
  check: 'c',
  unique: 'u',
  'primary key': 'p',
  'foreign key': 'f',
  exclude: 'x',
  'not null': 'n',
};
const typeTypes = { enum: 'e', domain: 'd', composite: 'c', range: 'r' } as const;

const indexesOf = ({ indexes }: Catalog): readonly Index[] => [...indexes.values()];

function classRows(catalog: Catalog): readonly CatalogRow[] {
  const relations = relationsOf(catalog).map((relation) => ({
    oid: relationObject(relation),
    relname: relation.name,
    relnamespace: schemaObject(relation.schema),
    relkind: relationKinds[relation.kind],
    relpersistence: persistences[relation.persistence],
    relispartition: relation.partition !== undefined,
    relhasindex: relation.indexes.size > 0,
    relnatts: relation.columns.size,
  }));
  const indexes = indexesOf(catalog).map((index) => ({
    oid: relationObject(index),
    relname: index.name,
    relnamespace: schemaObject(index.schema),
    relkind: index.table.kind === 'partitioned table' ? 'I' : 'i',
    relpersistence: persistences[index.table.persistence],
    relispartition: index.table.partition !== undefined,
    relhasindex: false,
  }));
  return [...relations, ...indexes];
}

/** `schema\u0000name`, the catalog's keys. */
function split(key: string): readonly [schema: string, name: string] {
  const [schema = '', name = ''] = key.split('\u0000');
  return [schema, name];
}

function typeRows(catalog: Catalog): readonly CatalogRow[] {
  const named = [...catalog.types].map(([key, type]): CatalogRow => {
    const [schema, name] = split(key);
    return {
      oid: object('type', schema, name),
      typname: name,
      typnamespace: schemaObject(schema),
      typtype: typeTypes[type.kind],
    };
  });
  const rows = relationsOfKind(catalog, 'table', 'partitioned table', 'view', 'materialized view', 'foreign table');
  return [
    ...named,
    ...rows.map(
      ({ schema, name }): CatalogRow => ({ typname: name, typnamespace: schemaObject(schema), typtype: 'c' }),
    ),
  ];
}

function enumRows(catalog: Catalog): readonly CatalogRow[] {
  return [...catalog.types].flatMap(([key, type]) => {
    const [schema, name] = split(key);
    return (type.values ?? []).map(
      (label): CatalogRow => ({ enumtypid: object('type', schema, name), enumlabel: label }),
    );
  });
}

function constraintRows(catalog: Catalog, version: number): readonly CatalogRow[] {
  // NOT NULL has a row of its own from 18 on.
  const all = constraintsOf(catalog).filter(({ kind }) => kind !== 'not null' || version >= 18);
  return all.map((constraint): CatalogRow => {
    const { table, target, index } = constraint;
    const numbers = [...table.columns.keys()];
    return {
      oid: constraintObject(constraint),
      conname: constraint.name,
      connamespace: schemaObject(table.schema),
      contype: constraintTypes[constraint.kind],
      conrelid: relationObject(table),
      confrelid: target === undefined ? 0 : relationObject(target.table),
      conindid: index === undefined ? undefined : relationObject(index),
      convalidated: constraint.validated,
      conkey: { is: 'list', items: constraint.columns.map((column) => numbers.indexOf(column) + 1) },
    };
  });
}

function indexRows(catalog: Catalog): readonly CatalogRow[] {
  return indexesOf(catalog).map((index) => ({
    indexrelid: relationObject(index),
    indrelid: relationObject(index.table),
    indisunique: index.unique,
    indisprimary: primaryKey(index.table)?.index === index,
    indnatts: index.columns.length,
  }));
}

function attributeRows(catalog: Catalog): readonly CatalogRow[] {
  return relationsOf(catalog).flatMap((relation) =>
    [...relation.columns.values()].map((column, at) => ({
      attrelid: relationObject(relation),
      attname: column.name,
      attnum: at + 1,
      attnotnull: column.notNull,
      attisdropped: false,
    })),
  );
}

function triggerRows(catalog: Catalog): readonly CatalogRow[] {
  return relationsOf(catalog).flatMap((relation) =>
    [...relation.triggers.keys()].map((name) => ({
      tgname: name,
      tgrelid: relationObject(relation),
      tgisinternal: false,
    })),
  );
}

function policyRows(catalog: Catalog): readonly CatalogRow[] {
  return relationsOf(catalog).flatMap((relation) =>
    [...relation.policies.keys()].map((name) => ({ polname: name, polrelid: relationObject(relation) })),
  );
}

/** Tables and views of pg_catalog that are modelled. PostgreSQL: documentation, chapters 53 and 54. */
export const systemCatalog: Readonly<Record<string, CatalogTable>> = {
  pg_namespace: {
    rows: (catalog) => schemaNames(catalog).map((name) => ({ oid: schemaObject(name), nspname: name })),
  },
  pg_class: { rows: classRows },
  pg_type: { rows: typeRows },
  pg_enum: { rows: enumRows },
  pg_constraint: {
    rows: constraintRows,
    perhaps: (catalog) => incompleteRelations(catalog).map((each) => ({ conrelid: relationObject(each) })),
  },
  pg_index: {
    rows: indexRows,
    perhaps: (catalog) => incompleteRelations(catalog).map((each) => ({ indrelid: relationObject(each) })),
  },
  pg_attribute: {
    rows: attributeRows,
    perhaps: (catalog) => incompleteRelations(catalog).map((each) => ({ attrelid: relationObject(each) })),
  },
  pg_trigger: { rows: triggerRows },
  pg_policy: { rows: policyRows },
  pg_policies: {
    rows: (catalog) =>
      relationsOf(catalog).flatMap(({ schema, name, policies }) =>
        [...policies.keys()].map((policy) => ({ schemaname: schema, tablename: name, policyname: policy })),
      ),
  },
  pg_proc: {
    rows: ({ functions }) => [...functions.keys()].map((name) => ({ proname: name })),
    perhaps: () => [{}], // the server's own, and those of extensions
  },
  pg_tables: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'table', 'partitioned table').map(({ schema, name }) => ({
        schemaname: schema,
        tablename: name,
      })),
  },
  pg_views: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'view').map(({ schema, name }) => ({ schemaname: schema, viewname: name })),
  },
  pg_matviews: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'materialized view').map(({ schema, name }) => ({
        schemaname: schema,
        matviewname: name,
      })),
  },
  pg_sequences: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'sequence').map(({ schema, name }) => ({ schemaname: schema, sequencename: name })),
  },
  pg_indexes: {
    rows: (catalog) =>
      indexesOf(catalog).map(({ schema, name, table }) => ({
        schemaname: schema,
        tablename: table.name,
        indexname: name,
      })),
    perhaps: (catalog) =>
      incompleteRelations(catalog).map(({ schema, name }) => ({ schemaname: schema, tablename: name })),
  },
  pg_inherits: {
    rows: (catalog) =>
      relationsOf(catalog).flatMap((child) =>
        child.parents.map((parent) => ({ inhrelid: relationObject(child), inhparent: relationObject(parent) })),
      ),
  },
  pg_partitioned_table: {
    rows: (catalog) =>
      relationsOfKind(catalog, 'partitioned table').map((relation) => ({ partrelid: relationObject(relation) })),
  },
};
