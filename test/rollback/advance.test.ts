import { describe, expect, test } from '@jest/globals';
import { advance, type RollbackProgress } from '../../src/rollback/advance.ts';
import { deployment } from '../support/deployments.ts';

const stopPlan = {
  steps: [
    { step: 'stop', deploymentId: 'd-NEW', text: '' },
    { step: 'follow', deploymentId: null, text: '' },
  ],
} as const;
const redeployPlan = {
  steps: [
    { step: 'redeploy', revisionOf: 'd-GOOD', text: '' },
    { step: 'follow', deploymentId: null, text: '' },
  ],
} as const;
const stopped = deployment({ phase: 'stopped', providerStatus: 'Stopped' });
const began = new Date('2026-11-25T02:30:00Z');
const later = (seconds: number) => new Date(began.getTime() + seconds * 1000);

function move(over: Partial<RollbackProgress>): unknown {
  const next = advance({
    plan: stopPlan,
    deployment: deployment(),
    follow: null,
    canaryWeight: null,
    followWeight: null,
    followIsOurs: true,
    createdAt: began,
    now: later(5),
    timeoutSeconds: 3600,
    ...over,
  });
  if (next.move === 'end') return [next.move, next.status, next.reason.code];
  return 'reason' in next ? [next.move, next.reason.code] : [next.move];
}

const rollback = (phase: 'running' | 'succeeded' | 'failed') => deployment({ id: 'd-RB', isRollback: true, phase });

describe('the next move of a rollback', () => {
  test.each<[string, Partial<RollbackProgress>, unknown]>([
    ['stops what runs', {}, ['stop']],
    ['stops it again: the call is safe to repeat until it has taken effect', { now: later(60) }, ['stop']],
    ['follows the rollback that CodeDeploy made', { deployment: { ...stopped, rolledBackBy: 'd-RB' } }, ['follow']],
    ['waits a moment for that rollback to appear', { deployment: stopped }, ['wait', 'waiting-for-rollback']],
    [
      'is done without one when all traffic is on the previous version',
      { deployment: stopped, now: later(30), canaryWeight: 0 },
      ['end', 'done', 'traffic-is-back'],
    ],
    [
      'plans again when no rollback comes and the new version has traffic',
      { deployment: stopped, now: later(30), canaryWeight: 100 },
      ['replan', 'no-rollback-came'],
    ],
    [
      'plans again when the deployment succeeded before the stop',
      { deployment: deployment({ phase: 'succeeded' }) },
      ['replan', 'ended-first'],
    ],
    ['deploys the good revision', { plan: redeployPlan, deployment: deployment({ phase: 'succeeded' }) }, ['redeploy']],
    ['waits while the rollback runs', { follow: rollback('running') }, ['wait', 'rollback-running']],
    ['is done when the rollback succeeded', { follow: rollback('succeeded') }, ['end', 'done', 'rolled-back']],
    ['has failed when the rollback failed', { follow: rollback('failed') }, ['end', 'failed', 'rollback-failed']],
    [
      'waits from the deployment’s own end on, whoever ended it',
      { deployment: { ...stopped, endedAt: later(100).toISOString() }, now: later(110), canaryWeight: 100 },
      ['wait', 'waiting-for-rollback'],
    ],
    [
      'plans again when it failed by itself before the stop, and has traffic',
      { deployment: deployment({ phase: 'failed' }), now: later(30), canaryWeight: 100 },
      ['replan', 'no-rollback-came'],
    ],
    [
      'plans its own when CodeDeploy’s rollback failed (a red alarm stops that, too)',
      { follow: rollback('failed'), followIsOurs: false },
      ['replan', 'own-rollback-needed'],
    ],
    [
      'is done when its time is over and only old tasks are waited for',
      { now: later(3600), follow: rollback('running'), followWeight: 100 },
      ['end', 'done', 'traffic-is-back'],
    ],
    [
      'deploys the good revision though CodeDeploy made a rollback, which failed',
      { plan: redeployPlan, deployment: { ...stopped, rolledBackBy: 'd-RB' } },
      ['redeploy'],
    ],
    ['fails aloud when its time is over', { now: later(3600) }, ['end', 'failed', 'timed-out']],
    [
      'fails aloud when the rollback hangs',
      { now: later(3600), follow: rollback('running') },
      ['end', 'failed', 'timed-out'],
    ],
    [
      'counts a late success as one',
      { now: later(3601), follow: rollback('succeeded') },
      ['end', 'done', 'rolled-back'],
    ],
  ])('%s', (_name, over, expected) => {
    expect(move(over)).toEqual(expected);
  });
});
