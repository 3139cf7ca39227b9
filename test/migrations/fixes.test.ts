import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Hazard, Remedy } from '../../src/migrations/hazard.ts';
import { lint } from '../../src/migrations/lint.ts';
import { rules } from '../../src/migrations/rules/rules.ts';

const fixture = readFileSync(new URL('./vectors/rules-fixture.sql', import.meta.url), 'utf8');

/** PGlite's major: what it refuses or accepts is what the server of that version does. */
const version = '18';

interface Case {
  readonly rule: string;
  readonly sql: string;
}

const cases: readonly Case[] = rules
  .filter(({ dialects }) => dialects.includes('postgresql'))
  .flatMap((rule) => rule.examples.bad.map((sql) => ({ rule: rule.id, sql: sql.trim() })));

async function hazardsOf(history: readonly string[], files: readonly string[], only: string): Promise<Hazard[]> {
  const asFiles = (texts: readonly string[], folder: string) =>
    texts.map((sql, at) => ({ path: `${folder}/${at}.sql`, sql }));
  const report = await lint({
    serverVersion: version,
    settings: { info: true },
    history: asFiles(history, 'history'),
    files: asFiles(files, 'set'),
  });
  expect(report.files.flatMap(({ error }) => (error === undefined ? [] : [error]))).toEqual([]);
  return report.files
    .flatMap((file) => file.statements.flatMap(({ hazards }) => hazards))
    .filter(({ rule, acknowledged }) => rule === only && acknowledged === undefined);
}

/** The text in front of the statement that the hazard stands at. */
function before(sql: string, { line, column }: Hazard): string {
  const lines = sql.split('\n');
  return [...lines.slice(0, line - 1), (lines[line - 1] ?? '').slice(0, column - 1)].join('\n');
}

/** The first remedy that the rule gives for the example on the fixture, and what stands in front of its statement. */
async function remedyFor({ rule, sql }: Case): Promise<{ remedy: Remedy; preceding: string } | undefined> {
  const [hazard] = await hazardsOf([fixture], [sql], rule);
  if (hazard?.remedy === undefined) return undefined;
  return { remedy: hazard.remedy, preceding: additions.has(rule) ? sql : before(sql, hazard) };
}

/** Rules whose remedy comes on top of the statement, and not in its place. */
const additions = new Set(['foreign-key-without-index', 'security-definer-search-path']);

/** What only a person can fill in. */
const blank = /<[a-z][^>]*>|…/;

/** The steps before the first that a person has to complete. */
function withoutBlanks(remedy: Remedy): Remedy {
  const first = remedy.findIndex((step) => blank.test(step.sql.replace(/^--.*$/gm, '')));
  return first === -1 ? remedy : remedy.slice(0, first);
}

/** The example speaks of things that the fixture lacks, or has already: an undefined or duplicate table, column, object. */
const notOnFixture = new Set(['42P01', '42703', '42704', '42P07', '42701', '42710', '3F000']);

/** Rules about things that PGlite does not bring along: extensions. */
const notInPglite = new Set(['drop-extension']);

/** What the server says to the example itself; nothing of it stays. */
async function codeOf(database: PGlite, sql: string): Promise<string | undefined> {
  await database.exec('BEGIN');
  try {
    await database.exec(sql);
    return undefined;
  } catch (error) {
    return String((error as { code?: unknown }).code); // PGlite's errors carry the SQLSTATE
  } finally {
    await database.exec('ROLLBACK');
  }
}

async function reset(database: PGlite): Promise<void> {
  await database.exec('DROP SCHEMA IF EXISTS public, billing, archive CASCADE; CREATE SCHEMA public;');
  await database.exec(fixture);
}

describe('the safer way', () => {
  test.each(cases)('of $rule fires no error of that rule itself: $sql', async ({ rule, sql }) => {
    const found = await remedyFor({ rule, sql });
    if (found === undefined) return;
    const steps = withoutBlanks(found.remedy).map((step) => step.sql);
    const again = await hazardsOf([fixture, found.preceding], steps, rule);
    expect(again.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
  });

  describe('runs on PostgreSQL', () => {
    let database: PGlite;
    beforeAll(async () => {
      database = await PGlite.create();
    });
    afterAll(() => database.close());

    const ran = new Set<string>();
    test.each(cases)('$rule: $sql', async ({ rule, sql }) => {
      const found = await remedyFor({ rule, sql });
      if (found === undefined || notInPglite.has(rule)) return;
      await reset(database);
      if (notOnFixture.has((await codeOf(database, sql)) ?? '')) return;
      await database.exec(`${found.preceding};\nCOMMIT`); // of what an example leaves open
      for (const step of withoutBlanks(found.remedy)) {
        if (step.transaction === 'outside') await database.exec(step.sql);
        else await database.transaction((transaction) => transaction.exec(step.sql));
      }
      if (withoutBlanks(found.remedy).length === found.remedy.length) ran.add(`${rule}: ${sql}`);
    });

    test('nearly all of them to their end', () => {
      expect(ran.size).toBeGreaterThan(35);
    });
  });
});
