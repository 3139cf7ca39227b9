import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../database/store.ts';
import type { Route } from './route.ts';

export interface GateMetrics {
  readonly observe: (route: string, status: number, seconds: number) => void;
  readonly route: Route;
}

/** What Prometheus reads. Counts of decisions come from the store at scrape time, so a restart forgets none. */
export function createMetrics(db: Database): GateMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'safety_gate_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  countRows(registry, 'safety_gate_evaluations', 'Evaluations by verdict', 'verdict', () =>
    db
      .selectFrom('evaluations')
      .select(['verdict as label', db.fn.countAll().as('count')])
      .groupBy('verdict')
      .execute(),
  );
  countRows(registry, 'safety_gate_rollbacks', 'Rollbacks by status', 'status', () =>
    db
      .selectFrom('rollbacks')
      .select(['status as label', db.fn.countAll().as('count')])
      .groupBy('status')
      .execute(),
  );
  countRows(registry, 'safety_gate_watches', 'Canary watches by status', 'status', () =>
    db
      .selectFrom('watches')
      .select(['status as label', db.fn.countAll().as('count')])
      .groupBy('status')
      .execute(),
  );
  countEnds(registry, db);
  return {
    observe: (route, status, seconds) => requests.observe({ route, status: String(status) }, seconds),
    route: {
      method: 'get',
      path: '/metrics',
      scopes: ['read'],
      summary: 'Prometheus metrics',
      handle: async () => ({
        status: 200,
        body: await registry.metrics(),
        headers: { 'Content-Type': registry.contentType },
      }),
    },
  };
}

/** With `mode` observe and `decision` rollback: what would have been rolled back. */
function countEnds(registry: Registry, db: Database): void {
  const mode = sql<string>`coalesce(policy ->> 'mode', 'enforce')`;
  new Gauge({
    name: 'safety_gate_watch_ends',
    help: 'Canary watches that ended, by decision and by mode (enforce, observe)',
    labelNames: ['decision', 'mode'],
    registers: [registry],
    async collect() {
      this.reset();
      const rows = await db
        .selectFrom('watches')
        .select(['decision', mode.as('mode'), db.fn.countAll().as('count')])
        .where('decision', 'is not', null)
        .groupBy(['decision', mode])
        .execute();
      for (const row of rows) this.set({ decision: row.decision ?? '', mode: row.mode }, Number(row.count));
    },
  });
}

function countRows(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  query: () => Promise<readonly { label: string; count: string | number | bigint }[]>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset();
      for (const row of await query()) this.set({ [label]: row.label }, Number(row.count));
    },
  });
}
