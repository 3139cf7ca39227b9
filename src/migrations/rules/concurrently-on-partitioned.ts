import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { partitionedIndexSteps } from './create-index-blocking.ts';
import { inside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' && change.type !== 'index-dropped') return [];
    if (!change.concurrently || !change.onPartitionedTable) return [];
    const message = `${change.relation} is partitioned, and the server refuses CONCURRENTLY for its index ${change.index}`;
    const fix =
      change.type === 'index-built'
        ? partitionedIndexSteps(change)
        : [inside("SET LOCAL lock_timeout = '5s'", `DROP INDEX ${change.index}`)];
    return [{ severity: 'error', message, fix }];
  });
}

export const concurrentlyOnPartitioned: Rule = {
  id: 'concurrently-on-partitioned',
  severities: ['error'],
  title: 'CONCURRENTLY is asked of an index on a partitioned table',
  why: 'The migration fails: an index on a partitioned table can be neither built nor dropped CONCURRENTLY. Its parts on the partitions can.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: DefineIndex, indexcmds.c; RangeVarCallbackForDropRelation, tablecmds.c',
  examples: {
    bad: ['CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE INDEX CONCURRENTLY parts_id_idx ON parts (id);'],
    good: [
      'CREATE INDEX CONCURRENTLY events_2023_year_idx ON events_2023 (year);',
      'CREATE INDEX events_year_idx ON ONLY events (year);',
    ],
  },
  check,
};
