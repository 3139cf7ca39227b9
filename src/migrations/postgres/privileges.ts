import type { GrantStmt, Node } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import type { Why } from '../effects.ts';
import { nodeAs, stringOf, stringsOf } from './node.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { recordGrant } from './relation-access.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';

const grantWhy: Why = { reason: 'its privileges change', source: 'ExecGrant_Relation, aclchk.c (18)' };

/** GRANT and REVOKE on tables lock them, lightly, from this version on. */
const locksSince = 18;

function lockObjects(statement: GrantStmt, scene: Scene): void {
  const isTable = statement.objtype === 'OBJECT_TABLE' || statement.objtype === 'OBJECT_SEQUENCE';
  if (scene.version < locksSince || !isTable || statement.targtype !== 'ACL_TARGET_OBJECT') return;
  for (const each of statement.objects ?? []) {
    const range = nodeAs(each, 'RangeVar');
    if (range === undefined) continue;
    const found = findRelation(scene.catalog, rangeName(range));
    scene.lock(found ?? relationOf(scene, range), 'AccessShareLock', grantWhy);
  }
}

/** Made by the set itself, so that nobody has used it. */
function isFresh(object: Node, statement: GrantStmt, scene: Scene): boolean {
  const range = nodeAs(object, 'RangeVar');
  if (range !== undefined) return findRelation(scene.catalog, rangeName(range))?.origin === 'set';
  if (statement.objtype === 'OBJECT_SCHEMA') return scene.catalog.schemas.get(stringOf(object) ?? '') === 'set';
  const called = stringsOf(nodeAs(object, 'ObjectWithArgs')?.objname).at(-1);
  return called !== undefined && scene.catalog.functions.get(called.toLowerCase())?.origin === 'set';
}

function nameObject(object: Node): string {
  const range = nodeAs(object, 'RangeVar');
  if (range !== undefined) return quoteRange(range);
  const called = nodeAs(object, 'ObjectWithArgs')?.objname;
  if (called !== undefined) return stringsOf(called).map(quoteIdentifier).join('.');
  return quoteIdentifier(stringOf(object) ?? '');
}

function describeObjects(statement: GrantStmt, objects: readonly Node[]): string {
  const word = (statement.objtype ?? '').replace(/^OBJECT_/, '').replaceAll('_', ' ');
  const names = objects.map(nameObject).join(', ');
  return statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' ? `ALL ${word}S IN SCHEMA ${names}` : `${word} ${names}`;
}

function describePrivileges(statement: GrantStmt): string {
  const listed = (statement.privileges ?? []).map((each) => nodeAs(each, 'AccessPriv'));
  const words = listed.map((each) => {
    const columns = stringsOf(each?.cols).map(quoteIdentifier).join(', ');
    return `${(each?.priv_name ?? 'all').toUpperCase()}${columns === '' ? '' : ` (${columns})`}`;
  });
  return words.length === 0 ? 'ALL' : words.join(', ');
}

/** GRANT and REVOKE. */
export function grant(statement: GrantStmt, scene: Scene): void {
  lockObjects(statement, scene);
  recordGrant(statement, scene);
  const objects = (statement.objects ?? []).filter((each) => !isFresh(each, statement, scene));
  if (objects.length === 0 || statement.targtype === 'ACL_TARGET_DEFAULTS') return;
  const roles = (statement.grantees ?? []).map((each) => nodeAs(each, 'RoleSpec'));
  const everybody = roles.some((role) => role?.roletype === 'ROLESPEC_PUBLIC');
  const on = describeObjects(statement, objects);
  const shared = { relation: on, table: on, work: [], privileges: describePrivileges(statement), on } as const;
  if (statement.is_grant === true) {
    if (everybody) scene.change({ type: 'granted-to-everybody', ...shared });
    return;
  }
  const from = roles.map((role) =>
    role?.roletype === 'ROLESPEC_PUBLIC' ? 'PUBLIC' : quoteIdentifier(role?.rolename ?? ''),
  );
  scene.change({ type: 'privilege-revoked', ...shared, from: from.join(', ') });
}
