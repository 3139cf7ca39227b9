import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'cascaded') return [];
    const gone = change.dropped.filter(({ existing }) => existing);
    if (gone.length === 0 && (change.known || facts.createdInSet.has(change.relation))) return [];
    const named = gone.map(({ what, name }) => `${what} ${name}`);
    const rest = change.known ? [] : ['whatever else depends on it'];
    const breaks = gone.some(({ what }) => what !== 'foreign key');
    const message = `CASCADE also drops ${[...named, ...rest].join(', ')}`;
    const fix =
      'without CASCADE the server names what is in the way; drop that first, by name, when no version uses it any more';
    return [{ severity: breaks ? 'error' : 'warning', message, fix }];
  });
}

export const dropCascade: Rule = {
  id: 'drop-cascade',
  severities: ['error', 'warning'],
  title: 'CASCADE drops more than the statement names',
  why: 'Whatever depends on it goes along without being named: views that a running version reads, foreign keys that guard the data of other tables.',
  dialects: ['postgresql'],
  of: 'cascaded',
  source: 'PostgreSQL: documentation, 5.15 "Dependency Tracking"',
  examples: {
    bad: ['DROP TABLE accounts CASCADE;', 'CREATE TABLE refunds (id int); DROP TABLE invoices CASCADE;'],
    good: ['CREATE TABLE refunds (id int); DROP TABLE refunds CASCADE;', 'DROP TABLE invoices;'],
  },
  check,
};
