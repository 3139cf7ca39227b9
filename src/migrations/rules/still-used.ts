import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    const asked =
      change.type === 'column-type-changed' || change.type === 'column-dropped' || change.type === 'relation-dropped';
    if (!asked || change.usedBy === undefined) return [];
    const what = change.type === 'relation-dropped' ? change.relation : `${change.relation}.${change.column}`;
    const users = change.usedBy.join(', ');
    const verb = change.type === 'column-type-changed' ? 'change the type of' : 'drop';
    const fix = `in one transaction: drop ${users} first, then run this statement, then make again what is still needed`;
    return [{ severity: 'error', message: `the server refuses to ${verb} ${what}: ${users} still uses it`, fix }];
  });
}

export const stillUsed: Rule = {
  id: 'still-used',
  severities: ['error'],
  title: 'Other objects still use what is dropped or changed',
  why: 'The migration fails: the server changes no column type, and drops no column or table, while a view shows it; and it drops no table that foreign keys of others point at.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ATExecAlterColumnType, tablecmds.c; findDependentObjects, dependency.c',
  examples: {
    bad: [
      'CREATE TABLE refunds (id int, note text); CREATE VIEW notes AS SELECT note FROM refunds; ALTER TABLE refunds ALTER COLUMN note TYPE varchar(20);',
      'CREATE TABLE refunds (id int, note text); CREATE VIEW notes AS SELECT note FROM refunds; ALTER TABLE refunds DROP COLUMN note;',
      'CREATE TABLE refunds (id int); CREATE VIEW all_refunds AS SELECT * FROM refunds; DROP TABLE refunds;',
    ],
    good: [
      'CREATE TABLE refunds (id int, note text); CREATE VIEW ids AS SELECT id FROM refunds; ALTER TABLE refunds DROP COLUMN note;',
      'CREATE TABLE refunds (id int PRIMARY KEY); CREATE TABLE lines (refund_id int REFERENCES refunds (id)); DROP TABLE refunds, lines;',
    ],
  },
  check,
};
