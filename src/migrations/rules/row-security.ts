import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { nameFor } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'row-security-changed' || facts.createdInSet.has(change.relation)) return [];
    const { relation, table, to } = change;
    if (to === 'off') {
      const message = `all rows of ${relation} can be seen and written by everybody who has rights on the table`;
      return [{ severity: 'warning', message, fix: '-- keep it on, and give those who need more a policy' }];
    }
    if (to === 'not forced' || change.hasPolicy === true || change.isOn === false) return [];
    const sql = `CREATE POLICY ${nameFor(table, [], 'all')} ON ${table} USING (true); -- before this statement; narrow it down later`;
    const nobody = to === 'forced' && change.isOn === true;
    const message = `nobody${nobody ? '' : ' but its owner'} sees or writes a row of ${relation} from now on: it has no policy`;
    return [{ severity: nobody ? 'error' : 'warning', message, fix: [{ sql, transaction: 'inside' }] }];
  });
}

export const rowSecurity: Rule = {
  id: 'row-security',
  severities: ['error', 'warning'],
  title: 'Row level security is switched on without a policy, or off',
  why: 'With row level security and no policy, nobody but the owner sees or writes a single row, without an error; forced, not even the owner. Switched off, everybody with rights on the table sees all rows.',
  dialects: ['postgresql'],
  of: 'row-security-changed',

  source: 'PostgreSQL: documentation, 5.9 "Row Security Policies"',
  examples: {
    bad: [
      'ALTER TABLE payments ENABLE ROW LEVEL SECURITY;',
      'ALTER TABLE payments ENABLE ROW LEVEL SECURITY; ALTER TABLE payments FORCE ROW LEVEL SECURITY;',
      'ALTER TABLE payments DISABLE ROW LEVEL SECURITY;',
    ],
    good: [
      'CREATE POLICY own ON payments USING (true); ALTER TABLE payments ENABLE ROW LEVEL SECURITY;',
      'CREATE TABLE refunds (id int); ALTER TABLE refunds ENABLE ROW LEVEL SECURITY;',
    ],
  },
  check,
};
