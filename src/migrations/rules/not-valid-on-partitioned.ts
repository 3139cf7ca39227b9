import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { keyOverPartitions } from './add-foreign-key-blocking.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'constraint-added' || change.constraint !== 'foreign key') return [];
    if (!change.notValid || !change.onPartitionedTable) return [];
    const message = `${change.relation} is partitioned, and PostgreSQL ${facts.serverVersion} refuses NOT VALID for its foreign key ${change.name}`;
    return [
      {
        severity: 'error',
        message,
        fix: keyOverPartitions(change, change.definition.replace(/\s+not\s+valid\s*$/i, '')),
      },
    ];
  });
}

export const notValidOnPartitioned: Rule = {
  id: 'not-valid-on-partitioned',
  severities: ['error'],
  title: 'A foreign key is added NOT VALID to a partitioned table',
  why: 'The migration fails: up to PostgreSQL 17 a foreign key on a partitioned table cannot be NOT VALID. Its partitions can have it NOT VALID and validate it; the key on top then finds it proven.',
  dialects: ['postgresql'],
  of: 'constraint-added',
  versions: { to: 17 },
  source: 'PostgreSQL: ATAddForeignKeyConstraint, tablecmds.c; measured on 12 to 18',
  examples: {
    bad: [
      'CREATE TABLE parts (id int, account_id bigint) PARTITION BY RANGE (id); ALTER TABLE parts ADD CONSTRAINT parts_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
    ],
    good: [
      'ALTER TABLE payments ADD CONSTRAINT payments_account_fk FOREIGN KEY (account_id) REFERENCES accounts (id) NOT VALID;',
    ],
  },
  check,
};
