import { expect, test } from '@jest/globals';
import { junit } from '../../../src/migrations/formats/junit.ts';
import { hostileReport, long, options, reportOf, small } from './report.ts';
import { parseXml } from './xml.ts';

test('is a suite a file and a test a statement', () => {
  expect(junit.render(small, options)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="safety-gate lint" tests="3" failures="1" errors="1">
  <testsuite name="db/1.sql" tests="1" failures="1" errors="0">
    <testcase name="line 2: CREATE INDEX" classname="db/1.sql" file="db/1.sql" line="2"><failure message="create-index-blocking: building index i blocks writes" type="create-index-blocking">error create-index-blocking: building index i blocks writes
safer:
CREATE INDEX CONCURRENTLY i
  ON payments (a);</failure></testcase>
  </testsuite>
  <testsuite name="db/2.sql" tests="1" failures="0" errors="0">
    <testcase name="line 1: DROP TABLE" classname="db/2.sql" file="db/2.sql" line="1"><system-out>ignored drop-table: empty since March

warning missing-lock-timeout: no lock_timeout is set
safer:
SET LOCAL lock_timeout = '5s';</system-out></testcase>
  </testsuite>
  <testsuite name="db/3.sql" tests="1" failures="0" errors="1">
    <testcase name="can be read" classname="db/3.sql" file="db/3.sql" line="2"><error message="syntax error at or near &quot;SELEC&quot;" type="unreadable">db/3.sql:2:1: syntax error at or near &quot;SELEC&quot;</error></testcase>
  </testsuite>
</testsuites>
`);
});

test('a file without statements is a test that passes', () => {
  const suites = parseXml(junit.render(reportOf([{ path: 'a.sql', statements: [] }]), options));
  expect(suites.attributes).toMatchObject({ tests: '1', failures: '0' });
  expect(suites.children[0]?.children[0]?.attributes.name).toBe('has no statements');
});

test('hostile text is well-formed, line breaks in names included', () => {
  const suites = parseXml(junit.render(hostileReport, options));
  const name = suites.children[0]?.attributes.name;
  expect(name).toContain('%0A::error::x\r\n]]> <b onclick="x">&amp; `a`');
  expect(name).toContain('\ufffd\ufffd[31m\ufffd');
  expect(suites.children[0]?.children[0]?.children[0]).toMatchObject({
    name: 'failure',
    attributes: { type: 'create-index-blocking' },
  });
});

test('10,000 hazards are 10,000 failures', () => {
  const suites = parseXml(junit.render(long, options));
  expect(suites.attributes.failures).toBe('10000');
  expect(suites.children[0]?.children).toHaveLength(10_000);
});
