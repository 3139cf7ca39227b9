import type { Extension, Extensions } from '@electric-sql/pglite';
import { sessionSettings, type TraceDatabase } from './database.ts';

/** Extensions that PGlite brings and the SQL asks for; one that it has not is refused later, by CREATE EXTENSION. */
async function wantedExtensions(sql: readonly string[]): Promise<Extensions> {
  const names = new Set(
    sql
      .flatMap((text) => [...text.matchAll(/create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)/gi)])
      .map(([, name = '']) => name.toLowerCase().replaceAll('-', '_')),
  );
  const found: Extensions = {};
  for (const name of names) {
    try {
      const module: Record<string, Extension | undefined> = await import(`@electric-sql/pglite/contrib/${name}`);
      if (module[name] !== undefined) found[name] = module[name];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // what import() throws
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    }
  }
  return found;
}

/**
 * PGlite, PostgreSQL in this process: in memory, gone with the run.
 * @param sql texts that will run, to know which extensions they ask for
 */
export async function openEmbedded(sql: readonly string[] = []): Promise<TraceDatabase> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await PGlite.create({ extensions: await wantedExtensions(sql) });
  const run = async (text: string) => {
    const results = await pglite.exec(text, { rowMode: 'array' });
    return results.map(({ rows }) => rows as unknown as unknown[][]); // rowMode 'array'; PGlite's type knows objects only
  };
  await run(sessionSettings);
  const asked = await run(`SELECT current_setting('server_version_num'), current_setting('server_version')`);
  const [number, version] = asked[0]?.[0] ?? [];
  return {
    name: 'postgres',
    major: Math.floor(Number(number) / 10_000),
    minor: Number(number) % 10_000,
    version: `${version} (PGlite)`,
    disposable: true,
    noRows: `'/dev/null'`, // its exec() waits for ever on COPY … FROM STDIN
    run,
    cancel: async () => {}, // it computes in this very thread: while it does, nobody can ask
    close: () => pglite.close(),
  };
}
