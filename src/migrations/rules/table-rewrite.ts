import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { inside, nameFor } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rewritten' || change.by !== 'ALTER TABLE') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix = [
      inside(
        `-- there is no online form of ${change.detail}: make a new table that has it, copy the rows in batches while a`,
        `-- trigger keeps both the same, and let the application change over:`,
        `CREATE TABLE ${nameFor(change.table, [], 'new')} (LIKE ${change.table} INCLUDING ALL)`,
      ),
    ];
    return [{ severity: 'error', message: `${change.detail} ${describeBlocking(blocking)}`, fix }];
  });
}

export const tableRewrite: Rule = {
  id: 'table-rewrite',
  severities: ['error'],
  title: 'ALTER TABLE copies the table while it is closed',
  why: 'SET LOGGED, SET UNLOGGED, SET ACCESS METHOD, SET TABLESPACE and SET EXPRESSION copy the table, and nobody can read or write it until the copy is there.',
  dialects: ['postgresql'],
  of: 'rewritten',
  source: 'PostgreSQL: ATRewriteTables, tablecmds.c',
  examples: {
    bad: ['ALTER TABLE payments SET UNLOGGED;', 'ALTER TABLE payments SET TABLESPACE fast;'],
    good: ['CREATE TABLE refunds (id int); ALTER TABLE refunds SET UNLOGGED;'],
  },
  check,
};
