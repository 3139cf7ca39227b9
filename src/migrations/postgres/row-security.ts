import type { AlterPolicyStmt, CreatePolicyStmt } from 'libpg-query';
import { qualifiedName } from '../catalog/relation.ts';
import type { RowSecurityChanged } from '../changes/security.ts';
import type { Why } from '../effects.ts';
import type { AlterationReader } from './alteration.ts';
import { lockReads } from './query.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { relationOf, type Scene } from './scene.ts';

const policyWhy: Why = { reason: 'a row security policy of it changes', source: 'CreatePolicy, policy.c' };

/** CREATE and ALTER POLICY. A new permissive policy takes nothing from anybody, a restrictive one hides rows. */
export function changePolicy(statement: CreatePolicyStmt | AlterPolicyStmt, scene: Scene): void {
  const table = relationOf(scene, statement.table);
  const name = statement.policy_name ?? '';
  scene.lock(table, 'AccessExclusiveLock', policyWhy);
  lockReads([statement.qual, statement.with_check], scene, false);
  const created = 'cmd_name' in statement;
  const restricts = created && statement.permissive !== true;
  if (created) table.policies.set(name, { permissive: !restricts });
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
