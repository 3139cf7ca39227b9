import { blockage } from '../effects.ts';
import type { Finding, Rule } from '../hazard.ts';
import { blockingLocks, isOnTable } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';

/** Longer than this, and the queue behind the waiting statement is an outage of its own. */
const longestMs = 10_000;

/** Names of further relations that a message has. */
const mostNamed = 3;

function check(facts: StatementFacts): readonly Finding[] {
  const [lock, ...others] = blockingLocks(facts).filter(isOnTable);
  if (lock === undefined || facts.unlimitedWaitBefore) return [];
  if (facts.lockTimeoutMs !== undefined && facts.lockTimeoutMs > 0 && facts.lockTimeoutMs <= longestMs) return [];
  const now =
    facts.lockTimeoutMs === undefined
      ? 'no lock_timeout is set'
      : facts.lockTimeoutMs === 0
        ? 'lock_timeout is switched off'
        : `lock_timeout is ${facts.lockTimeoutMs / 1000} s`;
  const blocked = blockage(lock);
  const named = others.slice(0, mostNamed).map(({ relation }) => relation);
  const rest = others.length > named.length ? ` and ${others.length - named.length} more` : '';
  const also = named.length === 0 ? '' : `; it locks ${named.join(', ')}${rest} as well`;
  const message = `${now}: while this ${facts.kind} waits for ${lock.relation}, ${blocked} of it queue up behind${also}`;
  const fix =
    facts.scope === 'own'
      ? "SET lock_timeout = '5s'; -- before this statement, and try again when it runs out"
      : "SET LOCAL lock_timeout = '5s'; -- at the start of the transaction, and try again when it runs out";
  return [{ severity: 'warning', message, fix }];
}

export const missingLockTimeout: Rule = {
  id: 'missing-lock-timeout',
  severities: ['warning'],
  title: 'A statement waits for its lock without a limit',
  why: 'A statement that waits for a strong lock lets nobody pass that comes later, not even readers: one long query in front of a quick ALTER TABLE stops the table. With a lock_timeout it gives up, and can be tried again. Reported once a file.',
  dialects: ['postgresql'],
  source: 'PostgreSQL: lock_timeout; measured: an idle reader, a waiting ADD COLUMN, and SELECTs that queue behind it',
  examples: {
    bad: [
      'ALTER TABLE payments ADD COLUMN note text;',
      'SET lock_timeout = 0; ALTER TABLE payments ADD COLUMN note text;',
      "SET lock_timeout = '1min'; ALTER TABLE payments ADD COLUMN note text;",
    ],
    good: [
      "SET lock_timeout = '5s'; ALTER TABLE payments ADD COLUMN note text;",
      "BEGIN; SET LOCAL lock_timeout = '2s'; ALTER TABLE payments ADD COLUMN note text; COMMIT;",
      'CREATE TABLE refunds (id int); ALTER TABLE refunds ADD COLUMN note text;',
      'CREATE INDEX CONCURRENTLY payments_account_idx ON payments (account_id);',
    ],
  },
  check,
};
