import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'partition-attached') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const fix =
      `-- let the tables prove beforehand what the server would read them for, NOT VALID first, then VALIDATE:\n` +
      `ALTER TABLE ${blocking.work.relation} ADD CONSTRAINT bounds CHECK (<the bounds ${change.bound}, or their opposite on the default partition>) NOT VALID;\n` +
      `ALTER TABLE ${blocking.work.relation} VALIDATE CONSTRAINT bounds;\n` +
      `-- and make the partition by itself, then:\nALTER TABLE ${change.table} ATTACH PARTITION ${change.partition} ${change.bound};`;
    return [{ severity: 'error', message: `partition ${change.partition} ${describeBlocking(blocking)}`, fix }];
  });
}

export const attachPartitionScan: Rule = {
  id: 'attach-partition-scan',
  severities: ['error'],
  title: 'A partition is attached and tables are read while they are closed',
  why: 'The new partition is read to see that its rows fit, and the default partition to see that it has none of them; both are closed meanwhile. A valid CHECK that implies the bounds spares the reading.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: ALTER TABLE, ATTACH PARTITION',
  examples: {
    bad: ['ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);'],
    good: [
      'CREATE TABLE events_2024 (year int); ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM (2024) TO (2025);',
    ],
  },
  check,
};
