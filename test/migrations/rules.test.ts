import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { exampleHazard } from '../../src/migrations/rule-example.ts';
import { rulePage } from '../../src/migrations/rules/page.ts';
import { rules } from '../../src/migrations/rules/rules.ts';

/** What lint finds in the example, advice included. */
async function firedBy(sql: string, dialect: 'postgresql' | 'mysql'): Promise<{ rule: string; severity: string }[]> {
  const report = await lint({ dialect, files: [{ path: 'example.sql', sql }], settings: { info: true } });
  expect(report.files[0]?.error).toBeUndefined();
  return (report.files[0]?.statements ?? []).flatMap((statement) => statement.hazards);
}

/** Files in the folder that help rules and are none. */
const helpers = [
  'rules.ts',
  'page.ts',
  'blocking-work.ts',
  'by-table.ts',
  'backfill.ts',
  'sql-literal.ts',
  'steps.ts',
  'defined-columns.ts',
  'column-steps.ts',
  'held-while.ts',
  'not-null-steps.ts',
  'unique-index-steps.ts',
];

test('every file in rules/ is a rule of the list, under its own name', () => {
  const files = readdirSync(new URL('../../src/migrations/rules/', import.meta.url)).filter(
    (name) => !helpers.includes(name),
  );
  expect(rules.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const { bad, good } = rule.examples;
  const dialect = rule.dialects[0] ?? 'postgresql';
  if (bad.length > 0) {
    test.each(bad)('fires on: %s', async (sql) => {
      const fired = (await firedBy(sql, dialect)).filter((hazard) => hazard.rule === id);
      expect(fired.length).toBeGreaterThan(0);
      for (const { severity } of fired) expect(rule.severities).toContain(severity);
    });
  }

  test.each(good)('keeps quiet on: %s', async (sql) => {
    expect((await firedBy(sql, dialect)).filter((hazard) => hazard.rule === id)).toEqual([]);
  });
});

test.each(rules.map((rule) => [rule.id, rule] as const))('the page of %s is fresh', async (id, rule) => {
  const page = readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
  expect(page).toBe(rulePage(rule, await exampleHazard(rule))); // else: node docs/rules/generate.ts
});

// blocking-scan speaks for statements that no other rule knows: whatever example it had would be one to make a rule of
test.each(rules.map((rule) => [rule.id] as const))('the page of %s has the safer way', (id) => {
  const page = readFileSync(new URL(`../../docs/rules/${id}.md`, import.meta.url), 'utf8');
  expect(page.includes('## Safer way')).toBe(id !== 'blocking-scan');
});

test('docs/rules has no page of a rule that is gone', () => {
  const pages = readdirSync(new URL('../../docs/rules/', import.meta.url)).filter((name) => name.endsWith('.md'));
  expect(pages.sort()).toEqual(rules.map(({ id }) => `${id}.md`).sort());
});
