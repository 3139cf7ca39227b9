import type { PGlite, Transaction } from '@electric-sql/pglite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { Courtesy } from './courtesy.ts';

/**
 * Kysely on PGlite for many callers at once.
 *
 * Kysely's own PGliteDialect (0.29) hands one connection object to everybody: a query that runs while somebody else's
 * transaction is open lands inside that transaction, and is undone with it. Here each caller gets a connection of its
 * own, after the requests' turn where a job asks; PGlite's exclusive transactions do the queueing. (test/database/pglite-dialect.test.ts shows it.)
 */
export function pgliteDialect(pglite: PGlite, courtesy: Pick<Courtesy, 'turn'> = { turn: async () => {} }): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => pgliteDriver(pglite, courtesy),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

interface PgliteConnection extends DatabaseConnection {
  begin(): Promise<void>;
  end(outcome: 'commit' | 'rollback'): Promise<void>;
}

function pgliteDriver(pglite: PGlite, courtesy: Pick<Courtesy, 'turn'>): Driver {
  const own = (connection: DatabaseConnection) => connection as PgliteConnection; // made by acquireConnection, below
  return {
    init: async () => {},
    acquireConnection: async () => {
      await courtesy.turn();
      return createConnection(pglite);
    },
    beginTransaction: (connection) => own(connection).begin(),
    commitTransaction: (connection) => own(connection).end('commit'),
    rollbackTransaction: (connection) => own(connection).end('rollback'),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}

function createConnection(pglite: PGlite): PgliteConnection {
  let open: { tx: Transaction; settle: (outcome: 'commit' | 'rollback') => void; closed: Promise<void> } | undefined;
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const result = await (open?.tx ?? pglite).query<R>(query.sql, [...query.parameters]);
      const affected = result.affectedRows;
      return { rows: result.rows, ...(affected === undefined ? {} : { numAffectedRows: BigInt(affected) }) };
    },
    // biome-ignore lint/correctness/useYield: the interface wants a generator; PGlite has no cursors to stream from
    async *streamQuery() {
      throw new Error('PGlite cannot stream query results');
    },
    async begin() {
      const begun = Promise.withResolvers<Transaction>();
      const settled = Promise.withResolvers<'commit' | 'rollback'>();
      const closed = pglite.transaction(async (tx) => {
        begun.resolve(tx);
        if ((await settled.promise) === 'rollback') await tx.rollback();
      });
      closed.catch(begun.reject);
      open = { tx: await begun.promise, settle: settled.resolve, closed };
    },
    async end(outcome) {
      const transaction = open;
      open = undefined;
      transaction?.settle(outcome);
      await transaction?.closed;
    },
  };
}
