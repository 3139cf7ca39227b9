import { describe, expect, test } from '@jest/globals';
import type { LintReport } from '../../src/migrations/report.ts';
import { combineRollback, type RollbackSafety, unknownRollback } from '../../src/migrations/rollback-safety/verdict.ts';
import { crossedDeployments, schemaAhead, schemaReason } from '../../src/rollback/crossing.ts';
import { deployment } from '../support/deployments.ts';

const works: RollbackSafety = { ...unknownRollback(), previousVersion: 'works', down: 'present' };
const gone = { path: '7.sql', line: 3, what: 'column-gone', effect: 'breaks', object: 'public.a.b' } as const;
const breaks: RollbackSafety = {
  ...works,
  previousVersion: 'breaks',
  down: 'loses-data',
  reasons: [{ ...gone, text: 'column b of a is gone' }],
};

function kept(deploymentId: string, rollback?: RollbackSafety) {
  // Only the rollback part of the report is read here.
  const report = { files: [], ...(rollback === undefined ? {} : { rollback }) } as unknown as LintReport;
  return { deploymentId, report: { id: `report_${deploymentId}`, revision: deploymentId, report } };
}

describe('what the version that comes back will find', () => {
  test.each([
    ['all releases in between work with it', [kept('d-1', works), kept('d-2', works)], 'works'],
    ['one of them does not', [kept('d-1', works), kept('d-2', breaks)], 'breaks'],
    ['one has no report', [kept('d-1', works), { deploymentId: 'd-2', report: null }], 'unknown'],
    ['a report of an older version does not say', [kept('d-1')], 'unknown'],
    ['one breaks, and another has no report', [kept('d-1', breaks), { deploymentId: 'd-2', report: null }], 'breaks'],
  ])('%s', (_, releases, previousVersion) => {
    expect(schemaAhead(releases).previousVersion).toBe(previousVersion);
  });

  test('the text names the reason, the missing reports and the way down', () => {
    const { text, releases } = schemaAhead([kept('d-1', breaks), { deploymentId: 'd-2', report: null }]);
    expect(text).toContain('7.sql:3: column b of a is gone');
    expect(text).toContain('no migration report was kept for d-2');
    expect(releases.map(({ reportId }) => reportId)).toEqual(['report_d-1', null]);
  });

  test('only what is not well is said aloud', () => {
    const codes = [works, breaks, unknownRollback()].map(
      (rollback) => schemaReason(schemaAhead([kept('d-1', rollback)]))?.code,
    );
    expect(codes).toEqual([undefined, 'schema-incompatible', 'schema-unknown']);
  });
});

describe('the releases that a rollback crosses', () => {
  const at = (id: string, day: number, over = {}) =>
    deployment({
      id,
      createdAt: `2026-11-${day}T10:00:00.000Z`,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: id } },
      phase: 'succeeded',
      providerStatus: 'Succeeded',
      ...over,
    });
  const bad = at('d-BAD', 20);
  const failed = at('d-FAILED', 19, { phase: 'failed', providerStatus: 'Failed' });
  const cure = at('d-CURE', 18, { isRollback: true, phase: 'failed' });
  const good = at('d-GOOD', 17);
  const facts = {
    deployment: bad,
    group: [bad, failed, cure, good],
    canaryWeight: 0,
    condemned: new Set<string>(),
    cures: new Set<string>(),
  };

  test('those that failed in between have migrated, rollbacks have not', () => {
    expect(crossedDeployments(facts).map(({ id }) => id)).toEqual(['d-BAD', 'd-FAILED']);
  });

  test('without an earlier good one it is the bad release alone', () => {
    expect(crossedDeployments({ ...facts, group: [bad, failed] }).map(({ id }) => id)).toEqual(['d-BAD']);
  });
});

describe('a release of several files', () => {
  test('is as bad as the worst of them', () => {
    const { previousVersion, down } = combineRollback([works, breaks, { ...works, down: 'absent' }]);
    expect([previousVersion, down]).toEqual(['breaks', 'absent']);
  });

  test('without files it can go back', () => {
    expect(combineRollback([]).previousVersion).toBe('works');
  });
});
