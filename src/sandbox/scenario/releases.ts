import { healthy, type ReleaseTraffic } from '../model/traffic.ts';
import type { MigrationFile } from './gate-client.ts';

/** A release as a team makes it: an image tag, the migrations that go out with it, and how its code behaves. */
export interface Release {
  readonly tag: string;
  readonly title: string;
  readonly migrations: readonly MigrationFile[];
  readonly behaviour: ReleaseTraffic;
}

/** Minutes of traffic after which release 43 has no connection left in its pool. */
const leakAfterMinutes = 2;

const leaking: ReleaseTraffic = {
  errorRatio: (minutes) => (minutes < leakAfterMinutes ? 0.002 : 0.45),
  latency: (minutes) => ({ medianMs: minutes < leakAfterMinutes ? 200 : 15_000, spread: 1.4 }),
  // Requests that wait for a connection need no CPU.
  cpu: (minutes) => (minutes < leakAfterMinutes ? 35 : 22),
  memory: (minutes) => 48 + Math.min(30, 2 * minutes),
};

const release41: Release = {
  tag: '41',
  title: 'a nullable column: nothing to object to',
  migrations: [
    {
      path: 'migrations/041_settled_at.sql',
      sql: "SET lock_timeout = '2s';\nALTER TABLE payments ADD COLUMN settled_at timestamptz;\n",
    },
  ],
  behaviour: healthy,
};

const release42: Release = {
  tag: '42',
  title: 'payments.id becomes bigint, in place',
  migrations: [
    {
      path: 'migrations/042_bigint_ids.sql',
      sql: "SET lock_timeout = '2s';\nALTER TABLE payments ALTER COLUMN id TYPE bigint;\n",
    },
  ],
  behaviour: healthy,
};

const release43: Release = {
  tag: '43',
  title: 'refunds, with a connection that is never given back',
  migrations: [
    {
      path: 'migrations/043_refunds.sql',
      sql: "SET lock_timeout = '2s';\nCREATE TABLE refunds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount numeric(12, 2) NOT NULL);\n",
    },
  ],
  behaviour: leaking,
};

const release44: Release = {
  tag: '44',
  title: 'looks fine',
  migrations: [
    {
      path: 'migrations/044_settled_at_index.sql',
      sql: 'CREATE INDEX CONCURRENTLY payments_settled_at ON payments (settled_at);\n',
    },
  ],
  behaviour: healthy,
};

export const releases = { release41, release42, release43, release44 } as const;
