import { describe, expect, test } from '@jest/globals';
import { kindsOf, lintFiles } from './lint-files.ts';

const sql = 'SELECT 1;';
const before = {
  'V1__a.sql': 'CREATE TABLE a (id int);',
  'V3__c.sql': sql,
  'R__v.sql': 'CREATE VIEW v AS SELECT 1 AS one;',
};
const rules = (report: Awaited<ReturnType<typeof lintFiles>>) =>
  report.files.flatMap(({ statements }) => statements.flatMap(({ hazards }) => hazards.map(({ rule }) => rule)));

describe('what ran before', () => {
  test('is there and not judged', async () => {
    const report = await lintFiles({ 'V4__d.sql': 'CREATE INDEX ON a (id);' }, { before });
    expect(kindsOf(report)).toEqual(['V4__d.sql: CREATE INDEX']);
    expect(rules(report)).toContain('create-index-blocking');
    expect(report.problems).toEqual([]);
  });

  test.each([
    ['stands before one that ran', { 'V2__b.sql': sql }, /stands before V3__c\.sql/],
    ['has a version that ran', { 'V3__other.sql': sql }, /version 3 is that of V3__c\.sql/],
    ['ran with another text', { 'V1__a.sql': 'SELECT 2;' }, /changed after it ran/],
  ])('a new migration that %s is named', async (_, files, message) => {
    const report = await lintFiles(files, { before });
    expect(report.problems).toEqual([expect.objectContaining({ message: expect.stringMatching(message) })]);
  });

  test('a version is free again when its file is gone', async () => {
    const report = await lintFiles({ 'V3__other.sql': sql }, { before, removed: ['V3__c.sql'] });
    expect(report.problems).toEqual([]);
  });

  test('a repeatable script may change, and meets what its older text made', async () => {
    const report = await lintFiles({ 'R__v.sql': 'DROP VIEW v;' }, { before });
    expect(report).toMatchObject({ problems: [], summary: { files: 1 } });
    expect(rules(report)).toContain('drop-view');
  });

  test('a changelog of Liquibase that grew is judged where it is new', async () => {
    const old = '--liquibase formatted sql\n--changeset a:1\nCREATE TABLE a (id int);\n';
    const log = { 'log.sql': `${old}--changeset a:2\nCREATE INDEX ON a (id);\n` };
    const report = await lintFiles(log, { before: { 'log.sql': old } });
    expect(kindsOf(report)).toEqual(['log.sql: CREATE INDEX']);
    expect(rules(report)).toContain('create-index-blocking');
    expect(report.problems).toEqual([]);
  });

  test('the dump of Rails is what was there', async () => {
    const structure = `CREATE TABLE a (id int);\nINSERT INTO "schema_migrations" (version) VALUES ('1');`;
    const report = await lintFiles({ 'db/structure.sql': structure, 'new.sql': 'CREATE INDEX ON a (id);' });
    expect(report.framework).toBe('rails');
    expect(kindsOf(report)).toEqual(['new.sql: CREATE INDEX']);
    expect(rules(report)).toContain('create-index-blocking');
  });

  test('a dump of Rails that changed does not tell how, and is no pass', async () => {
    const old = { 'db/structure.sql': 'CREATE TABLE a (id int);' };
    const report = await lintFiles({ 'db/structure.sql': 'CREATE TABLE a (id int, b int);' }, { before: old });
    expect(report).toMatchObject({ verdict: 'fail', files: [{ path: 'db/structure.sql', error: {} }] });
  });

  test('nothing new is a report without files', async () => {
    const report = await lintFiles({}, { before });
    expect(report).toMatchObject({ framework: 'flyway', files: [], problems: [], verdict: 'pass' });
  });
});
