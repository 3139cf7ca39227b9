import type { AlterDomainStmt, AlterTableCmd, CompositeTypeStmt, Node } from 'libpg-query';
import { addType, findType, type NamedType, type ObjectName } from '../catalog/catalog.ts';
import { spellType } from '../catalog/column-type.ts';
import { fingerprint } from './expression-facts.ts';
import { columnTypeOf, nameOf, nodeAs, stringsOf } from './node.ts';
import type { Scene } from './scene.ts';

/** The type, or one made up: a statement changes it, so the database must have it. */
export function typeOrAssumed(scene: Scene, name: ObjectName, kind: NamedType['kind']): NamedType {
  const known = findType(scene.catalog, name);
  if (known !== undefined) return known;
  addType(scene.catalog, name, {
    kind,
    constrained: false,
    origin: 'assumed',
    edits: { added: new Set(), renamed: new Set() },
  });
  const made = findType(scene.catalog, name);
  if (made === undefined) throw new Error(`type ${name.name} is not there after it was written`);
  return made;
}

/** Keeps in mind what happened to the labels of an enum that nobody made. */
export function noteLabels(type: NamedType, added: string, renamed: string | undefined): void {
  if (renamed === undefined || type.edits?.added.delete(renamed) === true) type.edits?.added.add(added);
  else type.edits?.renamed.add(renamed);
}

function attribute(node: Node | undefined): string {
  const definition = nodeAs(node, 'ColumnDef');
  const type = columnTypeOf(definition?.typeName);
  return `${definition?.colname ?? ''} ${type === undefined ? '?' : spellType(type)}`;
}

/** A composite type's attributes, as `name type`. */
export function attributesOf(statement: CompositeTypeStmt): string[] {
  return (statement.coldeflist ?? []).map(attribute);
}

/** ALTER TYPE … ADD, DROP and ALTER ATTRIBUTE. */
export function changeAttributes(name: ObjectName, commands: readonly AlterTableCmd[], scene: Scene): void {
  const type = typeOrAssumed(scene, name, 'composite');
  for (const { subtype, name: column, def } of commands) {
    const written = nodeAs(def, 'ColumnDef');
    const own = column ?? written?.colname ?? '';
    type.edits?.renamed.add(own);
    if (type.values === undefined) continue;
    if (subtype === 'AT_AddColumn') type.values = [...type.values, attribute(def)];
    if (subtype === 'AT_DropColumn') type.values = type.values.filter((each) => each.split(' ')[0] !== own);
    if (subtype === 'AT_AlterColumnType') {
      const changed = attribute(written === undefined ? undefined : { ColumnDef: { ...written, colname: own } });
      type.values = type.values.map((each) => (each.split(' ')[0] === own ? changed : each));
    }
  }
}

/** The constraints that a domain has from its start, by name. */
export function domainConstraints(nodes: readonly Node[] | undefined, name: string): Map<string, string> {
  const checks = new Map<string, string>();
  for (const node of nodes ?? []) {
    const constraint = nodeAs(node, 'Constraint');
    if (constraint?.contype === 'CONSTR_NOTNULL') checks.set('not null', 'not null');
    if (constraint?.contype !== 'CONSTR_CHECK') continue;
    const number = checks.size === 0 ? '' : String(checks.size);
    checks.set(constraint.conname ?? `${name}_check${number}`, fingerprint(constraint.raw_expr));
  }
  return checks;
}

/** ALTER DOMAIN … ADD and DROP CONSTRAINT, SET and DROP NOT NULL. */
export function changeDomain(statement: AlterDomainStmt, scene: Scene): void {
  const name = nameOf(stringsOf(statement.typeName));
  const type = typeOrAssumed(scene, name, 'domain');
  type.constraints ??= new Map();
  const constraint = nodeAs(statement.def, 'Constraint');
  if (statement.subtype === 'O') type.constraints.set('not null', 'not null');
  if (statement.subtype === 'N') type.constraints.delete('not null');
  if (statement.subtype === 'X') type.constraints.delete(statement.name ?? '');
  if (statement.subtype === 'C') {
    const own = constraint?.conname ?? `${name.name}_check${type.constraints.size}`;
    type.constraints.set(own, fingerprint(constraint?.raw_expr));
  }
}

/** DROP TYPE and DROP DOMAIN. */
export function dropNamedType(name: ObjectName, scene: Scene, missingOk: boolean): void {
  const { catalog } = scene;
  if (findType(catalog, name) === undefined && missingOk && catalog.complete) return;
  const type = typeOrAssumed(scene, name, 'composite');
  if (type.origin === 'assumed' && type.renamed !== true)
    catalog.assumedTypes.set(`${name.schema ?? catalog.searchPath[0] ?? 'public'}.${name.name}`, type);
  const object = name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
  scene.lose(
    { what: 'object', object, reason: 'the type is dropped', source: 'RemoveTypeById, typecmds.c' },
    type.origin === 'set',
  );
}
