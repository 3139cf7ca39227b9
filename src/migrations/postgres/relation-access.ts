import type { GrantStmt, Node } from 'libpg-query';
import { findRelation, type ObjectName, relationOrAssumed } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relation.ts';
import type { AlterationReader } from './alteration.ts';
import { loseObject } from './losses.ts';
import { nameParts, nodeAs, stringsOf } from './node.ts';
import { changeOther } from './other-object.ts';
import { rangeName, type Scene } from './scene.ts';

/** OWNER TO: the role that owned it keeps no rights of its own. */
export const changeOwner: AlterationReader = ({ table, command }) => {
  table.owner = command.newowner?.rolename ?? command.newowner?.roletype;
};

const allPrivileges: Readonly<Record<string, readonly string[]>> = {
  OBJECT_TABLE: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  OBJECT_SEQUENCE: ['USAGE', 'SELECT', 'UPDATE'],
};

function roleName(node: Node): string {
  const role = nodeAs(node, 'RoleSpec');
  return role?.rolename ?? (role?.roletype === 'ROLESPEC_PUBLIC' ? 'PUBLIC' : 'CURRENT_USER');
}

/** `SELECT to app`, `UPDATE (a) to app`: one entry a privilege, column list and role. */
function entriesOf(statement: GrantStmt): string[] {
  const given = (statement.privileges ?? []).map((each) => nodeAs(each, 'AccessPriv'));
  const every = allPrivileges[statement.objtype ?? ''] ?? ['ALL'];
  const privileges = given.flatMap((each) => {
    const columns = stringsOf(each?.cols);
    const behind = columns.length > 0 ? ` (${columns.join(', ')})` : '';
    const names = each?.priv_name === undefined ? every : [each.priv_name.toUpperCase()];
    return names.map((name) => `${name}${behind}`);
  });
  const wanted = given.length > 0 ? privileges : every;
  return wanted.flatMap((privilege) => (statement.grantees ?? []).map((role) => `${privilege} to ${roleName(role)}`));
}

function targetsOf(statement: GrantStmt, scene: Scene): Relation[] {
  const { catalog } = scene;
  const kinds = statement.objtype === 'OBJECT_SEQUENCE' ? ['sequence'] : undefined;
  const fits = (relation: Relation): boolean => kinds?.includes(relation.kind) ?? relation.kind !== 'sequence';
  if (statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    const schemas = stringsOf(statement.objects);
    return [...catalog.relations.values()].filter((relation) => schemas.includes(relation.schema) && fits(relation));
  }
  return (statement.objects ?? []).flatMap((each): Relation[] => {
    const range = nodeAs(each, 'RangeVar');
    if (range === undefined) return [];
    const name: ObjectName = rangeName(range);
    const kind = kinds === undefined ? 'table' : 'sequence';
    return [findRelation(catalog, name) ?? relationOrAssumed(catalog, name, kind)];
  });
}

const source = 'ExecGrant_Relation, aclchk.c';

/** Notes what a GRANT or REVOKE on tables and sequences gives and takes. */
function recordPrivileges(statement: GrantStmt, scene: Scene): void {
  const entries = entriesOf(statement);
  for (const relation of targetsOf(statement, scene)) {
    scene.touch(relation);
    for (const entry of entries) {
      if (statement.is_grant === true) {
        relation.grants.add(entry);
        relation.revoked.delete(entry);
        continue;
      }
      const had = relation.grants.delete(entry);
      // Nobody gives rights on tables to PUBLIC unless a file says so; to a role an administrator may have.
      if (!had && relation.complete && entry.endsWith(' to PUBLIC')) continue;
      relation.revoked.add(entry);
      loseObject(scene, relation, 'a privilege is revoked', source, entry);
    }
  }
}

/** GRANT and REVOKE on anything: tables and sequences are followed, the rest is noted as it stands. */
export function recordGrant(statement: GrantStmt, scene: Scene): void {
  const isRelation = statement.objtype === 'OBJECT_TABLE' || statement.objtype === 'OBJECT_SEQUENCE';
  if (isRelation && statement.targtype !== 'ACL_TARGET_DEFAULTS') {
    recordPrivileges(statement, scene);
    return;
  }
  if (statement.is_grant === true || statement.targtype === 'ACL_TARGET_DEFAULTS') return;
  const what = (statement.objtype ?? '')
    .replace(/^OBJECT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
  const names = (statement.objects ?? []).map((each) => {
    const withArguments = nodeAs(each, 'ObjectWithArgs');
    return withArguments === undefined ? nameParts(each).join('.') : stringsOf(withArguments.objname).join('.');
  });
  const roles = (statement.grantees ?? []).map(roleName).join(', ');
  changeOther(scene, 'privilege', `${what} ${names.join(', ')} from ${roles}`, 'dropped');
  const object = `${what} ${names.join(', ')}`;
  scene.lose({ what: 'object', object, reason: `a privilege of ${roles} is revoked`, source });
}
