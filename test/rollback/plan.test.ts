import { describe, expect, test } from '@jest/globals';
import { planRollback, type RollbackFacts } from '../../src/rollback/plan.ts';
import { deployment } from '../support/deployments.ts';

const succeeded = { phase: 'succeeded', providerStatus: 'Succeeded' } as const;
const revision = (sha256: string) => ({ revisionType: 'AppSpecContent', appSpecContent: { sha256 } });
const good = deployment({
  id: 'd-GOOD',
  createdAt: '2026-11-20T10:00:00.000Z',
  revision: revision('good'),
  ...succeeded,
});
const older = deployment({
  id: 'd-OLDER',
  createdAt: '2026-11-19T10:00:00.000Z',
  revision: revision('older'),
  ...succeeded,
});
const ended = deployment(succeeded);

function facts(over: Partial<RollbackFacts>): RollbackFacts {
  const release = over.deployment ?? deployment();
  return {
    deployment: release,
    canaryWeight: 10,
    group: [release, good, older],
    condemned: new Set(),
    cures: new Set(),
    ...over,
  };
}

function steps(over: Partial<RollbackFacts>): unknown {
  const outcome = planRollback(facts(over));
  if (outcome.kind === 'refused') return outcome.reason.code;
  return outcome.plan.steps.map((step) => [step.step, 'revisionOf' in step ? step.revisionOf : step.deploymentId]);
}

describe('the rollback plan', () => {
  test.each([
    [
      'a running deployment is stopped',
      {},
      [
        ['stop', 'd-NEW'],
        ['follow', null],
      ],
    ],
    [
      'one that ended hours ago is undone by the last good revision',
      { deployment: ended },
      [
        ['redeploy', 'd-GOOD'],
        ['follow', null],
      ],
    ],
    [
      'a condemned deployment is no good revision',
      { deployment: ended, condemned: new Set(['d-GOOD']) },
      [
        ['redeploy', 'd-OLDER'],
        ['follow', null],
      ],
    ],
    [
      'a deployment that was rolled back is no good revision, though it succeeded',
      { deployment: ended, group: [ended, { ...good, rolledBackBy: 'd-X' }, older] },
      [
        ['redeploy', 'd-OLDER'],
        ['follow', null],
      ],
    ],
    [
      'the same revision deployed twice is not gone back to',
      { deployment: ended, group: [ended, { ...good, revision: ended.revision }, older] },
      [
        ['redeploy', 'd-OLDER'],
        ['follow', null],
      ],
    ],
    ['a first deployment has nothing to go back to', { deployment: ended, group: [ended] }, 'no-earlier-revision'],
    [
      'a rollback that CodeDeploy began is followed',
      { deployment: deployment({ rolledBackBy: 'd-RB' }) },
      [['follow', 'd-RB']],
    ],
    [
      'one that was rolled back is left alone',
      {
        deployment: deployment({ ...ended, rolledBackBy: 'd-RB' }),
        group: [deployment({ id: 'd-RB', isRollback: true, ...succeeded })],
      },
      'already-rolled-back',
    ],
    [
      'one that was redeployed since is not the one to roll back',
      { deployment: ended, group: [deployment({ id: 'd-LATER', createdAt: '2026-11-24T22:00:00.000Z' }), ended, good] },
      'superseded',
    ],
    [
      'one whose rollback by CodeDeploy failed is undone by ours',
      {
        deployment: deployment({ phase: 'failed', rolledBackBy: 'd-RB' }),
        group: [deployment({ id: 'd-RB', isRollback: true, phase: 'stopped' }), deployment(), good],
      },
      [
        ['redeploy', 'd-GOOD'],
        ['follow', null],
      ],
    ],
    [
      'a rollback of CodeDeploy’s that only the group lists yet is followed',
      { group: [deployment({ id: 'd-RB', isRollback: true, rollsBack: 'd-NEW' }), deployment(), good] },
      [['follow', 'd-RB']],
    ],
    [
      'the cure is not taken for a release that came since',
      {
        deployment: ended,
        group: [deployment({ id: 'd-CURE', createdAt: '2026-11-24T22:00:00.000Z', ...succeeded }), ended, good],
        cures: new Set(['d-CURE']),
      },
      'already-rolled-back',
    ],
    [
      'a cure is not rolled back',
      { deployment: deployment({ id: 'd-CURE' }), cures: new Set(['d-CURE']) },
      'is-a-rollback',
    ],
    ['a rollback is not rolled back', { deployment: deployment({ isRollback: true }) }, 'is-a-rollback'],
    [
      'one that failed before it got traffic needs nothing',
      { deployment: deployment({ phase: 'failed', providerStatus: 'Failed' }), canaryWeight: 0 },
      'nothing-to-roll-back',
    ],
    [
      'one that failed with traffic on it does',
      { deployment: deployment({ phase: 'failed', providerStatus: 'Failed' }), canaryWeight: 100 },
      [
        ['redeploy', 'd-GOOD'],
        ['follow', null],
      ],
    ],
    [
      'one that failed with unknown traffic counts as having some',
      { deployment: deployment({ phase: 'stopped', providerStatus: 'Stopped' }), canaryWeight: null },
      [
        ['redeploy', 'd-GOOD'],
        ['follow', null],
      ],
    ],
  ] as const)('%s', (_name, over, expected) => {
    expect(steps(over as Partial<RollbackFacts>)).toEqual(expected);
  });
});
