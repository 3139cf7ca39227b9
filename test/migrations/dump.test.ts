import { expect, test } from '@jest/globals';
import { lint } from '../../src/migrations/lint.ts';
import { dump } from '../support/dump.ts';

test('a script of pg_dump is read to its end: rows passed over, every statement understood', async () => {
  const sql = dump(20_000);
  const { files, summary } = await lint({ files: [{ path: 'dump.sql', sql }] });
  expect(files[0]?.error).toBeUndefined();
  expect(summary).toMatchObject({ errors: 0, warnings: 0, opaque: 0 });
  const count = (kind: string) => files[0]?.statements.filter((statement) => statement.kind === kind).length;
  expect(count('COPY')).toBe(count('CREATE TABLE'));
  const last = files[0]?.statements.at(-1);
  expect(sql.split('\n')[(last?.line ?? 0) - 1]).toMatch(/^ALTER TABLE ONLY shop\.orders_\d+$/);
});
