import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rewritten') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const algorithm = facts.effects.engine === 'mysql' ? (facts.effects.algorithm ?? 'COPY') : 'COPY';
    const alter = change.detail.replaceAll('"', '\\"');
    const fix = `gh-ost --table=${change.table} --alter="${alter}" --execute\n-- or: pt-online-schema-change --alter "${alter}" D=<database>,t=${change.table} --execute`;
    const message = `ALGORITHM=${algorithm} is the best that the server can do: it ${describeBlocking(blocking)}`;
    return [{ severity: 'error', message, fix }];
  });
}

export const tableCopy: Rule = {
  id: 'table-copy',
  severities: ['error'],
  title: 'A table is copied or indexed while writers wait (MySQL, MariaDB)',
  why: 'What the server can only do with LOCK=SHARED keeps all writers out until the whole table has been worked through. Tools that copy online (gh-ost, pt-online-schema-change) swap the tables at the end.',
  dialects: ['mysql'],
  of: 'rewritten',
  source: 'MySQL 8.4: "Online DDL Operations", 17.12.1; MariaDB 10.11: measured',
  examples: {
    bad: [
      'ALTER TABLE payments MODIFY COLUMN id bigint NOT NULL;',
      'ALTER TABLE payments ADD CONSTRAINT paid CHECK (amount > 0);',
      'CREATE FULLTEXT INDEX payments_note ON payments (note);',
    ],
    good: [
      'ALTER TABLE payments ADD COLUMN note varchar(20);',
      'CREATE INDEX payments_account ON payments (account_id);',
      'CREATE TABLE refunds (id int); ALTER TABLE refunds MODIFY COLUMN id bigint;',
    ],
  },
  check,
};
