import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'index-built' || !change.concurrently || facts.createdInSet.has(change.relation)) return [];
    const fix =
      "run it when there is little to do, with more memory and few helpers: SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1;";
    return [{ severity: 'info', message: `building ${change.index} reads all of ${change.relation} twice`, fix }];
  });
}

export const indexBuildLoad: Rule = {
  id: 'index-build-load',
  severities: ['info'],
  title: 'An index is built from a table that is in use',
  why: 'The whole table is read, twice with CONCURRENTLY, and sorted: disks, caches and replicas feel it for as long as it takes.',
  dialects: ['postgresql'],
  of: 'index-built',
  source: 'PostgreSQL: CREATE INDEX, "Building Indexes Concurrently"; documentation, 19.4 "Resource Consumption"',
  examples: {
    bad: ['CREATE INDEX CONCURRENTLY payments_state_idx ON payments (state);'],
    good: ['CREATE TABLE refunds (id bigint); CREATE INDEX refunds_idx ON refunds (id);'],
  },
  check,
};
