import { expect, test } from '@jest/globals';
import { github } from '../../../src/migrations/formats/github.ts';
import { hostileReport, long, options, reportOf, small } from './report.ts';

test('annotates what cannot be read, then hazards with the worst first, then problems', () => {
  expect(github.render(small, options)).toBe(
    `::error file=db/3.sql,line=2,col=1,title=unreadable::syntax error at or near "SELEC"
::error file=db/1.sql,line=2,endLine=3,title=create-index-blocking::building index i blocks writes%0A%0Asafer:%0ACREATE INDEX CONCURRENTLY i%0A  ON payments (a);
::warning file=db/2.sql,line=1,endLine=1,col=1,title=missing-lock-timeout::no lock_timeout is set%0A%0Asafer:%0ASET LOCAL lock_timeout = '5s';
::notice file=db/2.sql,title=safety-gate lint::the baseline has truncate, which is there no more: write it anew
`,
  );
});

test('nothing found: nothing written, and a summary that says so', () => {
  const clean = reportOf([{ path: 'a.sql', statements: [] }]);
  expect(github.render(clean, options)).toBe('');
  expect(github.jobSummary?.(clean, options)).toContain('✅ pass');
});

test('hostile text stays inside its annotation', () => {
  const lines = github.render(hostileReport, options).split('\n');
  expect(lines).toHaveLength(4); // two errors, a notice, and what stands behind the last line break
  for (const line of lines.slice(0, 3)) {
    expect(line).toMatch(
      /^::(error|notice) file=%250A%3A%3Aerror%3A%3Ax%0D%0A]]> <b onclick="x">[^,:]*,(line=\d+,endLine=\d+,|line=1,col=1,)?title=[\w -]+::/,
    );
  }
});

test('10,000 hazards are 10,000 lines', () => {
  expect(github.render(long, options).split('\n')).toHaveLength(10_001);
});
