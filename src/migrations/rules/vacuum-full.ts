import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { blockingWork, describeBlocking } from './blocking-work.ts';
import { outside } from './steps.ts';

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'rewritten' || change.by !== 'VACUUM FULL') return [];
    const blocking = blockingWork(facts, change);
    if (blocking === undefined) return [];
    const repack = `-- if the space has to go back to the system: pg_repack --table=${change.table}`;
    const fix = [outside(`VACUUM ${change.table}`, repack)];
    return [{ severity: 'error', message: `VACUUM FULL ${describeBlocking(blocking)}`, fix }];
  });
}

export const vacuumFull: Rule = {
  id: 'vacuum-full',
  severities: ['error'],
  title: 'VACUUM FULL copies the table while it is closed',
  why: 'Nobody can read or write the table until it has been copied and its indexes built. Plain VACUUM lets everybody work; pg_repack copies online.',
  dialects: ['postgresql'],
  of: 'rewritten',
  source: 'PostgreSQL: VACUUM, FULL',
  examples: {
    bad: ['VACUUM FULL payments;', 'VACUUM (FULL, ANALYZE) payments;'],
    good: ['VACUUM (ANALYZE) payments;'],
  },
  check,
};
