import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'partition-key-missing') return [];

    const message = `the server refuses ${change.constraint}: it lacks ${change.missing.join(', ')}, by which ${change.relation} is partitioned`;
    const fix = `-- name the partition key in it as well: (${[...change.columns, ...change.missing].join(', ')})`;
    return [{ severity: 'error', message, fix }];
  });
}

export const uniqueWithoutPartitionKey: Rule = {
  id: 'unique-without-partition-key',
  severities: ['error'],
  title: 'A unique key of a partitioned table lacks a column of the partition key',
  why: 'The migration fails: each partition has an index of its own, so that the server can only keep values unique that contain the whole partition key.',
  dialects: ['postgresql'],
  of: 'partition-key-missing',

  source: 'PostgreSQL: documentation, 5.12.2.3 "Limitations"; DefineIndex, indexcmds.c',
  examples: {
    bad: [
      'CREATE TABLE events (id bigint PRIMARY KEY, at date) PARTITION BY RANGE (at);',
      'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at); CREATE UNIQUE INDEX ON events (id);',
    ],
    good: [
      'CREATE TABLE events (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);',
      'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at); CREATE INDEX ON events (id);',
    ],
  },
  check,
};
