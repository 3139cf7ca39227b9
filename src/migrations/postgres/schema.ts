import type { AlterExtensionStmt, CreateSchemaStmt, Node, VariableSetStmt } from 'libpg-query';
import type { Catalog } from '../catalog/catalog.ts';
import { settingOf } from './lock-timeout.ts';
import { nodeAs } from './node.ts';
import type { Scene } from './scene.ts';

/** CREATE SCHEMA, with the objects that may stand in the statement. */
export function createSchema(
  statement: CreateSchemaStmt,
  scene: Scene,
  read: (node: Node, scene: Scene) => void,
): void {
  const name = statement.schemaname ?? statement.authrole?.rolename ?? '';
  if (!scene.catalog.schemas.has(name)) scene.catalog.schemas.set(name, scene.catalog.origin);
  const before = scene.catalog.searchPath;
  scene.catalog.searchPath = [name, ...before];
  for (const element of statement.schemaElts ?? []) read(element, scene);
  scene.catalog.searchPath = before;
}

/** PostgreSQL: TimestampTimestampTzRequiresRewrite, timestamp.c, asks for a zone that is always at offset 0. */
export function isUtc(value: string): boolean {
  return /^(utc|gmt|etc\/utc|etc\/gmt|zulu|0|\+0|-0)$/i.test(value);
}

/** PostgreSQL: parse_bool, bool.c. */
function isOn(value: string): boolean {
  return !/^(f|false|n|no|of|off|0)$/i.test(value);
}

/** The settings of a new connection. */
export function resetSession(catalog: Catalog): void {
  catalog.searchPath = catalog.sessionStart.searchPath;
  catalog.utc = catalog.sessionStart.utc;
  catalog.checksBodies = true;
}

/** SET search_path changes what unqualified names mean, SET TIME ZONE which conversions are free; others touch no table. */
export function applySetting(node: Node, scene: Scene): void {
  if (nodeAs(node, 'VariableSetStmt')?.kind === 'VAR_RESET_ALL') resetSession(scene.catalog);
  const setting = settingOf(node);
  const { sessionStart } = scene.catalog;
  if (setting?.name === 'timezone') {
    scene.catalog.utc = setting.value === undefined ? sessionStart.utc : isUtc(setting.value);
  }
  if (setting?.name === 'check_function_bodies') {
    scene.catalog.checksBodies = setting.value === undefined || isOn(setting.value);
  }
  if (setting?.name !== 'search_path') return;
  const named = setting.values
    .map((schema) => (schema === '$user' ? undefined : schema))
    .filter((each) => each !== undefined);
  // An empty path comes from pg_dump, which qualifies every name after it.
  scene.catalog.searchPath = setting.value === undefined ? sessionStart.searchPath : named;
}

export function setVariable(statement: VariableSetStmt, scene: Scene): void {
  applySetting({ VariableSetStmt: statement }, scene);
}

/** An extension's script may make or change any table of its own. */
export function alterExtension(statement: AlterExtensionStmt, scene: Scene): void {
  scene.opaque(`the update script of extension ${statement.extname} is not read`);
}
