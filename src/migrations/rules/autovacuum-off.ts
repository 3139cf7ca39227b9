import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'autovacuum-switched-off' || facts.createdInSet.has(change.relation)) return [];

    const message = `${change.relation} is no longer vacuumed: it grows with every update until somebody notices`;
    const fix = [
      {
        sql: `ALTER TABLE ${change.table} SET (autovacuum_vacuum_cost_delay = 20); -- gentler, but not off`,
        transaction: 'inside' as const,
      },
    ];
    return [{ severity: 'warning', message, fix }];
  });
}

export const autovacuumOff: Rule = {
  id: 'autovacuum-off',
  severities: ['warning'],
  title: 'Autovacuum is switched off for a table',
  why: 'Dead rows are never cleared away and statistics never renewed: the table and its queries grow slower every day, until a vacuum against wraparound starts all the same, at the worst time.',
  dialects: ['postgresql'],
  of: 'autovacuum-switched-off',

  source: 'PostgreSQL: CREATE TABLE, "Storage Parameters", autovacuum_enabled',
  examples: {
    bad: ['ALTER TABLE payments SET (autovacuum_enabled = false);'],
    good: [
      'ALTER TABLE payments SET (autovacuum_vacuum_scale_factor = 0.01);',
      'ALTER TABLE payments SET (autovacuum_enabled = true);',
    ],
  },
  check,
};
