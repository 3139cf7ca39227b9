import type { AlterOwnerStmt, Node } from 'libpg-query';
import type { OtherObjectChanged } from '../changes/other-objects.ts';
import { fingerprint } from './expression-facts.ts';
import { settingOf } from './lock-timeout.ts';
import { type NodeTag, nameParts, nodeAs, stringsOf } from './node.ts';
import type { Scene } from './scene.ts';

/** A change of something that is no relation, type or routine: a role, an extension, an operator. */
export function changeOther(
  scene: Scene,
  what: string,
  name: string,
  action: OtherObjectChanged['action'],
  detail?: string,
): void {
  scene.change({
    type: 'other-object-changed',
    relation: '',
    table: '',
    what,
    name,
    action,
    work: [],
    ...(detail === undefined ? {} : { detail }),
  });
}

/** `OBJECT_FOREIGN_SERVER` to `foreign server`. */
function words(objectType: string): string {
  return objectType
    .replace(/^OBJECT_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}

function nameOfObject(node: Node): string {
  const withArguments = nodeAs(node, 'ObjectWithArgs');
  if (withArguments !== undefined) return stringsOf(withArguments.objname).join('.');
  return nameParts(node).join('.') || fingerprint(node);
}

/** DROP of what has no reader of its own. */
export function dropOther(scene: Scene, type: string, object: Node, missingOk: boolean): void {
  const name = nameOfObject(object);
  changeOther(scene, words(type), name, 'dropped', missingOk ? 'if it was there' : undefined);
  scene.lose({
    what: 'object',
    object: name,
    reason: `the ${words(type)} is dropped`,
    source: 'RemoveObjects, dropcmds.c',
  });
}

/** Statements after which calls that worked may not work any more, with what they change. */
const altering: Partial<Record<NodeTag, string>> = {
  AlterObjectDependsStmt: 'dependency',
  AlterDatabaseStmt: 'database',
  AlterRoleStmt: 'role',
  AlterOpFamilyStmt: 'operator family',
  AlterOperatorStmt: 'operator',
  AlterTypeStmt: 'type',
  AlterExtensionContentsStmt: 'extension',
  AlterFdwStmt: 'foreign data wrapper',
  AlterForeignServerStmt: 'server',
  AlterUserMappingStmt: 'user mapping',
  AlterTSConfigurationStmt: 'text search configuration',
  AlterTSDictionaryStmt: 'text search dictionary',
  AlterSystemStmt: 'server setting',
  CreateEventTrigStmt: 'event trigger',
  AlterEventTrigStmt: 'event trigger',
  ReassignOwnedStmt: 'ownership',
};

/** DROP ROLE and their like, which have grammar of their own. */
const dropping: Partial<Record<NodeTag, string>> = {
  DropRoleStmt: 'role',
  DropUserMappingStmt: 'user mapping',
  DropTableSpaceStmt: 'tablespace',
};

/** ALTER ROLE and ALTER DATABASE … SET: what new sessions begin with. */
function defaultSetting(node: Node): string | undefined {
  const set = nodeAs(node, 'AlterRoleSetStmt')?.setstmt ?? nodeAs(node, 'AlterDatabaseSetStmt')?.setstmt;
  if (set === undefined) return undefined;
  const setting = settingOf({ VariableSetStmt: set });
  return setting === undefined ? (set.name ?? '') : `${setting.name} = ${setting.values.join(', ')}`;
}

/** Notes what a statement changes that touches no relation, type or routine. */
export function noteOther(tag: NodeTag, node: Node, scene: Scene): void {
  const setting = defaultSetting(node);
  const revoked = nodeAs(node, 'GrantRoleStmt');
  if (setting !== undefined) changeOther(scene, 'default setting', setting, 'altered');
  else if (altering[tag] !== undefined) changeOther(scene, altering[tag], scene.text.slice(0, 80), 'altered');
  else if (dropping[tag] !== undefined) {
    for (const name of droppedNames(node)) changeOther(scene, dropping[tag], name, 'dropped');
  } else if (revoked !== undefined && revoked.is_grant !== true) {
    const roles = (revoked.granted_roles ?? []).map((each) => nodeAs(each, 'AccessPriv')?.priv_name).join(', ');
    changeOther(scene, 'membership', roles, 'dropped');
  } else if (tag === 'CreateExtensionStmt') {
    changeOther(scene, 'extension', nodeAs(node, 'CreateExtensionStmt')?.extname ?? '', 'created');
  }
}

function droppedNames(node: Node): readonly string[] {
  const roles = nodeAs(node, 'DropRoleStmt')?.roles ?? [];
  const names = roles.map((each) => nodeAs(each, 'RoleSpec')?.rolename ?? '');
  return names.length > 0 ? names : [nodeAs(node, 'DropTableSpaceStmt')?.tablespacename ?? ''];
}

/** ALTER … OWNER TO of what is no relation: the role that owned it keeps no rights of its own. */
export function changeOtherOwner(statement: AlterOwnerStmt, scene: Scene): void {
  const name = statement.object === undefined ? '' : nameOfObject(statement.object);
  changeOther(scene, `owner of ${words(statement.objectType ?? '')}`, name, 'altered');
}
