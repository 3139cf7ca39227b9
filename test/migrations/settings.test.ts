import { describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { type LintSettings, matchesPath, settingsPath } from '../../src/migrations/settings.ts';

async function judged(settings: LintSettings, files: Readonly<Record<string, string>>) {
  return lint({ settings, files: Object.entries(files).map(([path, sql]) => ({ path, sql })) });
}

async function fired(settings: LintSettings, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const report = await judged(settings, files);
  return report.files.flatMap(({ path, statements }) =>
    statements.flatMap(({ hazards }) =>
      hazards
        .filter(({ acknowledged }) => acknowledged === undefined)
        .map(({ rule, severity }) => `${path} ${severity} ${rule}`),
    ),
  );
}

const drop = "SET lock_timeout = '1s'; DROP TABLE x;";

describe('rules', () => {
  test('are switched off, and given another severity', async () => {
    const files = { 'a.sql': 'DROP TABLE x;' };
    expect(await fired({ rules: { 'missing-lock-timeout': 'off' } }, files)).toEqual(['a.sql error drop-table']);
    expect(await fired({ rules: { 'missing-lock-timeout': 'error', 'drop-table': 'info' } }, files)).toEqual([
      'a.sql info drop-table',
      'a.sql error missing-lock-timeout',
    ]);
  });

  test('have other settings by path, of which the last counts', async () => {
    const settings: LintSettings = {
      rules: { 'drop-table': 'warning' },
      paths: [
        { match: 'db/**', rules: { 'drop-table': 'off' } },
        { match: 'db/new/**', rules: { 'drop-table': 'error' } },
      ],
    };
    expect(await fired(settings, { 'a.sql': drop, 'db/b.sql': drop, 'db/new/c.sql': drop })).toEqual([
      'a.sql warning drop-table',
      'db/new/c.sql error drop-table',
    ]);
  });

  test('the verdict follows the severity that they are given', async () => {
    expect((await judged({ rules: { 'drop-table': 'warning' } }, { 'a.sql': drop })).verdict).toBe('pass');
  });

  test('a comment for a rule that is off here is no mistake', async () => {
    const files = { 'a.sql': '-- safety-gate: ignore drop-table old\nSELECT 1;' };
    expect(await fired({}, files)).toEqual(['a.sql warning ignore-comment']);
    expect(await fired({ rules: { 'drop-table': 'off' } }, files)).toEqual([]);
    expect(await fired({ rules: { 'ignore-comment': 'off' } }, files)).toEqual([]);
  });
});

describe('files', () => {
  const later = 'CREATE INDEX ON x (a);';

  test('that are ignored are replayed, and not judged', async () => {
    const settings = { paths: [{ match: 'old', ignore: true }] };
    expect(await fired(settings, { 'old/1.sql': 'CREATE TABLE x (a int); DROP TABLE y;', '2.sql': later })).toEqual([]);
  });

  test('that are excluded are not there', async () => {
    const report = await judged({ exclude: ['old/**'] }, { 'old/1.sql': 'CREATE TABLE x (a int);', '2.sql': later });
    expect(report.files.map(({ path }) => path)).toEqual(['2.sql']);
    expect(report.summary.errors).toBe(1);
  });

  test('that are excluded are not in the history either', async () => {
    const history = [{ path: 'old/1.sql', sql: 'nonsense' }];
    const report = await lint({ settings: { exclude: ['old'] }, history, files: [{ path: '2.sql', sql: later }] });
    expect(report.summary).toMatchObject({ unreadable: 0, errors: 1 });
  });
});

describe('a glob', () => {
  test.each([
    ['db/legacy/**', 'db/legacy/a/b.sql', true],
    ['db/legacy', 'db/legacy/a/b.sql', true],
    ['./db/legacy/', 'db/legacy/a/b.sql', true],
    ['db/*.sql', 'db/a.sql', true],
    ['db/*.sql', 'db/a/b.sql', false],
    ['*.down.sql', 'db/a/b.down.sql', true],
    ['legacy', 'db/legacy/a.sql', true],
    ['db/legacy', 'db/legacy2/a.sql', false],
    ['db/{a,b}.sql', 'db/b.sql', true],
    ['db/[a', 'db/a', false],
  ])('%s, path %s: %s', (glob, path, expected) => {
    expect(matchesPath(path, glob)).toBe(expected);
  });

  test('starts at the folder of the settings, wherever the paths start', () => {
    const place = { settings: '/repo', working: '/repo/db' };
    expect(settingsPath('legacy/a.sql', place)).toBe('db/legacy/a.sql');
    expect(settingsPath('/repo/db/a.sql', place)).toBe('db/a.sql');
    expect(settingsPath('../a.sql', place)).toBe('a.sql');
    expect(settingsPath('./a.sql', undefined)).toBe('a.sql');
  });
});

describe('the session', () => {
  const convert = "SET lock_timeout = '1s'; ALTER TABLE x ALTER a TYPE timestamptz;";
  const history = [{ path: '0.sql', sql: 'CREATE TABLE x (a timestamp);' }];

  test.each([
    ['UTC', 0],
    ['Etc/GMT', 0],
    ['Europe/Berlin', 1],
  ])('in %s, a conversion to timestamptz rewrites %i tables', async (timeZone, rewrites) => {
    const report = await lint({ settings: { timeZone }, history, files: [{ path: 'a.sql', sql: convert }] });
    expect(report.timeZone).toBe(timeZone);
    expect(report.files[0]?.statements[1]?.effects.rewrites).toHaveLength(rewrites);
  });

  test('goes back to its own time zone and search_path with RESET', async () => {
    const sql = `SET TimeZone = 'UTC'; SET search_path = other; RESET TimeZone; RESET search_path; ${convert}`;
    const own = [{ path: '0.sql', sql: 'CREATE TABLE x (a timestamp);' }];
    const settings = { timeZone: 'Europe/Berlin', searchPath: ['app'] };
    const report = await lint({ settings, history: own, files: [{ path: 'a.sql', sql }] });
    expect(report.files[0]?.statements.at(-1)?.effects.rewrites).toMatchObject([{ relation: 'app.x' }]);
  });

  test('has a search_path that says where unqualified names are', async () => {
    const report = await judged({ searchPath: ['app', 'public'] }, { 'a.sql': 'DROP TABLE x;' });
    expect(report.files[0]?.statements[0]?.effects.locks).toMatchObject([{ relation: 'app.x' }]);
  });

  test.each([
    [5000, []],
    [120_000, ['a.sql warning missing-lock-timeout']],
    [0, ['a.sql warning missing-lock-timeout']],
    [undefined, ['a.sql warning missing-lock-timeout']],
  ])('with a lock_timeout of %s ms: %j', async (lockTimeoutMs, expected) => {
    expect(await fired({ lockTimeoutMs }, { 'a.sql': 'ALTER TABLE x ADD COLUMN a int;' })).toEqual(expected);
  });

  test('a file that switches lock_timeout off is still told so', async () => {
    const sql = 'SET lock_timeout = 0; ALTER TABLE x ADD COLUMN a int;';
    expect(await fired({ lockTimeoutMs: 5000 }, { 'a.sql': sql })).toEqual(['a.sql warning missing-lock-timeout']);
  });
});

describe('tables that are ignored', () => {
  const sql = 'ALTER TABLE alembic_version ADD a int; UPDATE alembic_version SET a = 1; DROP TABLE alembic_version;';

  test.each([
    ['by name', 'alembic_version', []],
    ['by schema and name', 'public.alembic_version', []],
    ['in another schema', 'other.alembic_version', ['drop-table', 'missing-lock-timeout']],
  ])('%s', async (_, table, rules) => {
    const seen = await fired({ ignoreTables: [table] }, { 'a.sql': sql });
    expect(
      [...new Set(seen.map((line) => line.split(' ')[2]))].filter((rule) => rules.includes(rule ?? '')).sort(),
    ).toEqual(rules);
    if (rules.length === 0) expect(seen).toEqual([]);
  });

  test('others in the same statement are not', async () => {
    const files = { 'a.sql': "SET lock_timeout = '1s'; DROP TABLE alembic_version, payments;" };
    expect(await fired({ ignoreTables: ['alembic_version'] }, files)).toEqual(['a.sql error drop-table']);
  });

  test('in MySQL as well', async () => {
    const settings = { ignoreTables: ['schema_migrations'] };
    const report = await lint({
      dialect: 'mysql',
      settings,
      files: [{ path: 'a.sql', sql: 'DROP TABLE schema_migrations;' }],
    });
    expect(report.summary.errors).toBe(0);
  });
});
