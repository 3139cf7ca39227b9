import type { ColumnSpec, TableName } from './ast.ts';

export interface MysqlColumn {
  readonly dataType: string;
  readonly length: number | undefined;
  readonly notNull: boolean;
}

export interface MysqlTable {
  readonly createdInSet: boolean;
  readonly columns: Map<string, MysqlColumn>;
}

/** Tables that the files made so far, by report name. */
export interface MysqlCatalog {
  readonly tables: Map<string, MysqlTable>;
  database: string | undefined;
  /** Off after SET foreign_key_checks = 0. */
  foreignKeyChecks: boolean;
  inHistory: boolean;
}

/** `database.table`; the table alone while no file says which database is in use. */
export function reportName(catalog: MysqlCatalog, name: TableName): string {
  const database = name.db ?? catalog.database;
  const table = name.table ?? name.view ?? '';
  return database === undefined || database === null ? table : `${database}.${table}`;
}

export function columnFrom(spec: ColumnSpec): MysqlColumn {
  return {
    dataType: (spec.definition?.dataType ?? '').toUpperCase(),
    length: spec.definition?.length,
    notNull: spec.nullable?.value === 'not null' || spec.primary_key !== undefined,
  };
}
