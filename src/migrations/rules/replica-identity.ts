import type { Change } from '../changes.ts';
import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function loss(change: Change): string | undefined {
  if (change.type === 'constraint-dropped') {
    const isKey = change.constraint === 'primary key' && !change.fresh && change.remade !== true;
    return isKey ? `its primary key ${change.name} goes` : undefined;
  }
  if (change.type !== 'replica-identity-set') return undefined;
  if (change.identity === 'nothing') return 'it gets none';
  return change.identity === 'primary key' && change.hasPrimaryKey === false ? 'it has no primary key' : undefined;
}

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    const reason = loss(change);
    if (reason === undefined || facts.createdInSet.has(change.relation)) return [];
    const message = `${change.relation} has no replica identity after this (${reason}): where it is published, UPDATE and DELETE fail`;
    const full = `ALTER TABLE ${change.table} REPLICA IDENTITY FULL;`;
    const sql = `-- better the unique index that takes the key's place: ALTER TABLE ${change.table} REPLICA IDENTITY USING INDEX …\n${full}`;
    return [{ severity: 'warning', message, fix: [{ sql, transaction: 'inside' }] }];
  });
}

export const replicaIdentity: Rule = {
  id: 'replica-identity',
  severities: ['warning'],
  title: 'A table loses what identifies its rows to replicas',
  why: 'Logical replication finds the row to change by the replica identity, which is the primary key unless something else is said. Without one the server refuses every UPDATE and DELETE of a table that is published.',
  dialects: ['postgresql'],

  source: 'PostgreSQL: documentation, "Logical Replication", "Publication"; CheckCmdReplicaIdentity, execReplication.c',
  examples: {
    bad: ['ALTER TABLE payments REPLICA IDENTITY NOTHING;'],
    good: [
      'ALTER TABLE payments REPLICA IDENTITY FULL;',
      'CREATE TABLE refunds (id int PRIMARY KEY); ALTER TABLE refunds DROP CONSTRAINT refunds_pkey;',
    ],
  },
  check,
};
