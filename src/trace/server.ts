import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Rows, refusalOf, sessionSettings, type TraceDatabase, TraceUnavailable } from './database.ts';

const connectMs = 10_000;
/** Beyond the server's own statement_timeout, which the file may change. */
const answerMs = 90_000;

/** A simple query whose COPY … FROM STDIN gets no rows. */
class TextQuery extends pg.Query<unknown[]> {
  // pg calls it when the server is ready for rows (pg: lib/query.js); its types leave the method out.
  handleCopyInResponse(connection: { endCopyFrom(): void }): void {
    connection.endCopyFrom();
  }
}

function submit(client: pg.Client, sql: string): Promise<readonly Rows[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Rows[]>();
  const done = (error: Error | undefined | null, result: unknown): void => {
    // one result, or a list of them where the text has several statements (pg: Query)
    const results = (Array.isArray(result) ? result : [result]) as readonly { rows: Rows }[];
    if (error) reject(error);
    else resolve(results.map(({ rows }) => rows));
  };
  const config: pg.QueryArrayConfig = { text: sql, rowMode: 'array' };
  const query = new TextQuery(config, done);
  const timer = setTimeout(() => {
    client.connection.stream.destroy(new Error(`the server gave no answer within ${answerMs / 1000} s`));
  }, answerMs);
  client.query(query);
  return promise.finally(() => clearTimeout(timer));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    application_name: 'safety-gate',
  });
  client.on('error', () => {}); // a connection that breaks also rejects the query that it was working on
  await client.connect();
  return client;
}

/** The address without its password. */
function shown(url: URL): string {
  const bare = new URL(url);
  bare.password = '';
  return bare.href;
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new TraceUnavailable(
      '--database-url: not an address of PostgreSQL; write postgres://user@host:5432/postgres',
    );
  }
  return parsed;
}

async function connectAdmin(url: URL): Promise<pg.Client> {
  try {
    return await connect(url.href);
  } catch (cause) {
    const words = cause instanceof AggregateError ? cause.errors.map(String).join('; ') : String(cause);
    throw new TraceUnavailable(`${shown(url)}: cannot connect: ${words}`, { cause });
  }
}

async function createDatabase(admin: pg.Client, url: URL, name: string): Promise<void> {
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  } catch (cause) {
    const refusal = refusalOf(cause);
    const way =
      refusal?.code === '42501' ? `; connect as a user who may: ALTER ROLE ${url.username || 'name'} CREATEDB` : '';
    throw new TraceUnavailable(
      `${shown(url)}: cannot create a database for the run: ${refusal?.message ?? cause}${way}`,
      {
        cause,
      },
    );
  }
}

/** Also ends connections that a statement has left behind. DROP … WITH (FORCE) is not there before version 13. */
async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await admin.query(`DROP DATABASE IF EXISTS ${name}`);
}

/**
 * A fresh database on the server; the one that the address names is only connected to, to ask for it.
 * @throws TraceUnavailable
 */
export async function openServer(databaseUrl: string): Promise<TraceDatabase> {
  const url = parseUrl(databaseUrl);
  const admin = await connectAdmin(url);
  const name = `safety_gate_verify_${randomBytes(6).toString('hex')}`;
  try {
    await createDatabase(admin, url, name);
  } catch (error) {
    await admin.end();
    throw error;
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  let client: pg.Client | undefined;
  const close = async (): Promise<void> => {
    client?.connection.stream.destroy(); // without waiting for a statement that may still run; the server is told below
    await dropDatabase(admin, name);
    await admin.end();
  };
  try {
    client = await connect(own.href);
    await submit(client, sessionSettings);
    const asked = await submit(
      client,
      `SELECT current_setting('server_version_num'), current_setting('server_version'), pg_backend_pid()`,
    );
    const [number, version, pid] = asked[0]?.[0] ?? [];
    const connection = client;
    return {
      name,
      major: Math.floor(Number(number) / 10_000),
      minor: Number(number) % 10_000,
      version: String(version),
      disposable: false,
      noRows: 'STDIN',
      run: (sql) => submit(connection, sql),
      cancel: async () => {
        await admin.query(`SELECT pg_cancel_backend(${Number(pid)})`);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
