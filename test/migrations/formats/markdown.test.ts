import { expect, test } from '@jest/globals';
import { longestComment, markdown } from '../../../src/migrations/formats/markdown.ts';
import { hazardOf, hostileReport, long, options, reportOf, small, statementOf } from './report.ts';

test('is a table with the worst first, and the safer ways folded', () => {
  expect(markdown.render(small, options)).toBe(`### Migrations: 🛑 fail

2 statements in 3 files, 1 error, 1 warning, 1 acknowledged, 1 file unreadable; judged for PostgreSQL 16.

- db/3.sql:2:1 cannot be read: syntax error at or near "SELEC"
- db/2.sql: the baseline has truncate, which is there no more: write it anew

| | where | rule | what production would feel |
|---|---|---|---|
| 🛑 error | db/1.sql:2 | create-index-blocking | building index i blocks writes |
| ⚠️ warning | db/2.sql:1 | missing-lock-timeout | no lock\\_timeout is set |

<details><summary>db/1.sql:2 create-index-blocking</summary>

building index i blocks writes

Safer:

\`\`\`sql
CREATE INDEX CONCURRENTLY i
  ON payments (a);
\`\`\`

</details>
<details><summary>db/2.sql:1 missing-lock-timeout</summary>

no lock\\_timeout is set

Safer:

\`\`\`sql
SET LOCAL lock_timeout = '5s';
\`\`\`

</details>
`);
});

test('nothing found is two lines', () => {
  expect(markdown.render(reportOf([]), options)).toBe(
    '### Migrations: ✅ pass\n\n0 statements in 0 files, 0 errors, 0 warnings; judged for PostgreSQL 16.\n\n',
  );
});

test('hostile text makes no markup, breaks no table and mentions nobody', () => {
  const printed = markdown.render(hostileReport, options);
  const outside = printed.replace(/^(`{3,})sql\n[\s\S]*?\n\1$/gm, '');
  expect(outside.match(/<\/?(?!details>|summary>)\w/g)).toBeNull();
  expect(outside).not.toMatch(/[@#]\w/);
  const read = outside.split('\n').filter((line) => !line.startsWith('<')); // Markdown reads no line of an HTML block
  expect(read.join('\n')).not.toMatch(/(?<!\\)\]\(/);
  expect(outside).not.toContain('\u202e');
  const [row = ''] = outside.split('\n').filter((line) => line.startsWith('| 🛑'));
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
  expect(printed).toMatch(/\n`````sql\n/); // the fix holds four in a row
  expect(printed.match(/<details>/g)).toHaveLength(1);
});

test('10,000 hazards fit into a comment, and what is left out is said', () => {
  const printed = markdown.render(long, options);
  expect(printed.length).toBeLessThanOrEqual(longestComment);
  const shown = printed.match(/^\| 🛑/gm)?.length ?? 0;
  expect(printed).toContain(`… and ${10_000 - shown} more; the whole list is in the output of the job.`);
});

test('a fix that is longer than a comment is left out whole', () => {
  const statements = [statementOf({ hazards: [hazardOf({ fix: 'x'.repeat(longestComment) })] })];
  const printed = markdown.render(reportOf([{ path: 'a.sql', statements }]), options);
  expect(printed.length).toBeLessThanOrEqual(longestComment);
  expect(printed).not.toContain('<details>');
});
