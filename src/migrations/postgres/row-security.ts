import type { AlterPolicyStmt, CreatePolicyStmt, Node } from 'libpg-query';
import { qualifiedName } from '../catalog/relation.ts';
import type { Policy } from '../catalog/table-part.ts';
import type { RowSecurityChanged } from '../changes/security.ts';
import type { Why } from '../effects.ts';
import type { AlterationReader } from './alteration.ts';
import { fingerprint } from './expression-facts.ts';
import { nodeAs } from './node.ts';
import { lockReads } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { relationOf, type Scene } from './scene.ts';

const policyWhy: Why = { reason: 'a row security policy of it changes', source: 'CreatePolicy, policy.c' };

function isTrue(node: Node | undefined): boolean {
  return nodeAs(node, 'A_Const')?.boolval?.boolval === true;
}

/** What a policy is after CREATE or ALTER POLICY; ALTER keeps what it does not name. */
function policyOf(statement: CreatePolicyStmt | AlterPolicyStmt, before: Policy | undefined): Policy {
  const created = 'cmd_name' in statement ? statement : undefined;
  const everybody = (created?.roles ?? []).some((role) => nodeAs(role, 'RoleSpec')?.roletype === 'ROLESPEC_PUBLIC');
  const open = isTrue(statement.qual) && (statement.with_check === undefined || isTrue(statement.with_check));
  return {
    permissive: created === undefined ? (before?.permissive ?? true) : created.permissive === true,
    allowsAll: created?.cmd_name === 'all' && everybody && open,
    fingerprint: fingerprint(statement),
  };
}

/** CREATE and ALTER POLICY. A new permissive policy takes nothing from anybody, a restrictive one hides rows. */
export function changePolicy(statement: CreatePolicyStmt | AlterPolicyStmt, scene: Scene): void {
  const table = relationOf(scene, statement.table);
  const name = statement.policy_name ?? '';
  scene.lock(table, 'AccessExclusiveLock', policyWhy);
  lockReads([statement.qual, statement.with_check], scene, false);
  const created = 'cmd_name' in statement;
  const restricts = created && statement.permissive !== true;
  table.policies.set(name, policyOf(statement, table.policies.get(name)));
  if (created && !restricts) return;
  scene.change({
    type: 'policy-changed',
    relation: qualifiedName(table),
    table: quoteRange(statement.table),
    policy: quoteIdentifier(name),
    how: created ? 'restricts' : 'altered',
    work: [],
  });
}

/** ALTER TABLE … ROW LEVEL SECURITY. */
export function changeRowSecurity(to: RowSecurityChanged['to']): AlterationReader {
  return ({ scene, table, relation, sqlTable }) => {
    if (to === 'on' || to === 'off') table.rowSecurityOn = to === 'on';
    else table.rowSecurityForced = to === 'forced';
    scene.change({ type: 'row-security-changed', relation, table: sqlTable, to, work: [] });
  };
}
