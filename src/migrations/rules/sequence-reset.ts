import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { text } from './sql-literal.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'sequence-reset' || facts.createdInSet.has(change.relation)) return [];

    const message = `${change.relation} goes to ${change.to}: numbers that are taken come again, or those in between are never used`;
    const fix = `-- take the value from the rows that are there:\nSELECT setval(${text(change.table)}, (SELECT max(<column>) FROM <table>));`;
    return [{ severity: 'warning', message, fix }];
  });
}

export const sequenceReset: Rule = {
  id: 'sequence-reset',
  severities: ['warning'],
  title: 'A sequence is set to another value',
  why: 'If the sequence goes back, the next inserts get numbers that are taken and fail on the key; if it jumps ahead, a column of type integer may run out of numbers. Those who hold cached numbers go on with them.',
  dialects: ['postgresql'],
  of: 'sequence-reset',

  source: 'PostgreSQL: ALTER SEQUENCE, RESTART; documentation, 9.17 "Sequence Manipulation Functions"',
  examples: {
    bad: [
      'ALTER SEQUENCE payments_id_seq RESTART;',
      "SELECT setval('payments_id_seq', 1);",
      'ALTER SEQUENCE payments_id_seq RESTART WITH 1000;',
    ],
    good: [
      "SELECT setval('payments_id_seq', (SELECT max(id) FROM payments));",
      'CREATE SEQUENCE s; ALTER SEQUENCE s RESTART;',
      'ALTER SEQUENCE payments_id_seq CACHE 10;',
    ],
  },
  check,
};
