import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { StoredWatch } from '../../src/canary/store.ts';
import type { Evaluation } from '../../src/deployments/evaluation.ts';
import type { DeploymentStory } from '../../src/deployments/story.ts';
import type { Rollback } from '../../src/rollback/rollback.ts';
import {
  type ActRecord,
  badPeriodsAtDecision,
  isPromoted,
  isRolledBackByTheJudge,
  isRolledBackByTheOperator,
  isStoppedByItsMigration,
} from '../../src/sandbox/scenario/expectations.ts';
import { storyLines } from '../../src/sandbox/scenario/story-lines.ts';
import { createTimeline, wrap } from '../../src/sandbox/scenario/timeline.ts';

const second = (at: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, at)).toISOString();

function evaluation(lifecycleEvent: string, over: Partial<Evaluation> = {}): Evaluation {
  return {
    id: `eval_${lifecycleEvent}`,
    deploymentId: 'd-1',
    service: 'payments',
    lifecycleEvent,
    verdict: 'pass',
    reasons: [],
    checks: [],
    startedAt: second(1),
    decidedAt: second(2),
    reportedAt: second(2),
    report: 'reported',
    ...over,
  };
}

/** A watch that saw so many errors of 100 requests in each period, and decided at its last look. */
function watch(decision: 'promote' | 'rollback', errorsByPeriod: readonly number[]): StoredWatch {
  const points = errorsByPeriod.flatMap((errors, index) =>
    (['requests', 'errors'] as const).map((metric) => ({
      metric,
      side: 'canary' as const,
      phase: 'watch' as const,
      periodStart: second(index),
      value: metric === 'requests' ? 100 : errors,
    })),
  );
  const observation = {
    fetchedAt: second(errorsByPeriod.length),
    status: 'complete' as const,
    reasons: [],
    weights: { baseline: 80, canary: 20 },
    points,
  };
  return {
    id: 'watch_1',
    deploymentId: 'd-1',
    service: 'payments',
    policy: null,
    status: 'decided',
    decision,
    reasons: [],
    startedAt: second(0),
    endsAt: second(12),
    decidedAt: second(errorsByPeriod.length),
    looks: [{ observation, decision: { decision, reasons: [{ code: 'x', text: 'because' }], metrics: [] } }],
  };
}

function rollback(source: 'canary' | 'operator', over: Partial<Rollback> = {}): Rollback {
  return {
    id: 'rb_1',
    status: 'done',
    service: 'payments',
    deploymentId: 'd-1',
    reasons: [{ source, text: 'because', actor: source, at: second(3) }],
    plan: { steps: [{ step: 'stop', deploymentId: 'd-1', text: 'stop it' }] },
    outcome: [{ code: 'rolled-back', text: 'd-2 succeeded' }],
    rollbackDeploymentId: 'd-2',
    actions: [],
    createdAt: second(3),
    updatedAt: second(5),
    endedAt: second(5),
    ...over,
  };
}

function record(over: Partial<ActRecord>, story: Partial<DeploymentStory> = {}): ActRecord {
  const bare = { evaluations: [], watch: null, rollbacks: [], overrides: [], actions: [], revision: null };
  return {
    story: { id: 'd-1', service: 'payments', ...bare, ...story },
    status: 'Stopped',
    rollbackStatus: 'Succeeded',
    rollbackHooks: [],
    ...over,
  };
}

const asked = ['BeforeInstall', 'BeforeAllowTraffic', 'AfterAllowTraffic'].map((event) => evaluation(event));
const hazard = {
  code: 'migration-hazard',
  text: '042.sql:2: change-type-rewrite: rewrites payments',
  locks: [{ relation: 'public.payments', mode: 'AccessExclusiveLock', kind: 'table' }],
};
const shut = evaluation('BeforeInstall', { verdict: 'fail', reasons: [hazard] });

describe('the demo holds each act to what it promises', () => {
  test('four acts that went well', () => {
    const promoted = { evaluations: asked, watch: watch('promote', [0, 1]) };
    expect(isPromoted(record({ status: 'Succeeded', rollbackStatus: null }, promoted))).toEqual([]);
    expect(isStoppedByItsMigration(record({ status: 'Failed' }, { evaluations: [shut] }))).toEqual([]);
    const judged = { watch: watch('rollback', [0, 1, 45, 44]), rollbacks: [rollback('canary')] };
    expect(isRolledBackByTheJudge(record({}, judged))).toEqual([]);
    expect(isRolledBackByTheOperator(record({}, { rollbacks: [rollback('operator')] }))).toEqual([]);
  });

  test.each([
    ['a hook that never asked', isPromoted, { status: 'Succeeded' }, { evaluations: asked.slice(1) }],
    ['a promotion without a watch', isPromoted, { status: 'Succeeded' }, { evaluations: asked }],
    ['a deployment that went on', isStoppedByItsMigration, { status: 'Succeeded' }, { evaluations: [shut] }],
    ['a stop for another reason', isStoppedByItsMigration, { status: 'Failed' }, { evaluations: [evaluation('X')] }],
    [
      'a judge that needed three data points',
      isRolledBackByTheJudge,
      {},
      { watch: watch('rollback', [0, 45, 44, 46]), rollbacks: [rollback('canary')] },
    ],
    ['two rollbacks', isRolledBackByTheOperator, {}, { rollbacks: [rollback('operator'), rollback('operator')] }],
    [
      'a rollback that failed',
      isRolledBackByTheOperator,
      {},
      { rollbacks: [rollback('operator', { status: 'failed' })] },
    ],
    ['a rollback of somebody else', isRolledBackByTheOperator, {}, { rollbacks: [rollback('canary')] }],
    [
      'a rollback that was held',
      isRolledBackByTheOperator,
      { rollbackHooks: [evaluation('BeforeInstall', { verdict: 'pending' })] },
      { rollbacks: [rollback('operator')] },
    ],
    [
      'a previous version that is not back',
      isRolledBackByTheOperator,
      { rollbackStatus: 'Failed' },
      { rollbacks: [rollback('operator')] },
    ],
  ])('%s is told', (_name, expectation, over, story) => {
    expect(expectation(record(over, story))).not.toEqual([]);
  });

  test('data points of the leak are counted from what the judge was given', () => {
    expect(badPeriodsAtDecision(record({}, { watch: watch('rollback', [0, 2, 45, 44]) }).story)).toBe(2);
    expect(badPeriodsAtDecision(record({}, { watch: watch('promote', [0, 2]) }).story)).toBe(0);
  });
});

describe('the timeline', () => {
  const story = record({}, { evaluations: [shut], watch: watch('rollback', [0, 45]), rollbacks: [rollback('canary')] });

  test('tells what happened in the order in which it did, each thing once', () => {
    const lines = storyLines(story.story);
    expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).toSorted());
    let text = '';
    const timeline = createTimeline({ now: () => new Date(second(0)) }, (more) => {
      text += more;
    });
    timeline.show(lines);
    timeline.show(lines);
    expect(text.match(/BeforeInstall: FAIL/g)).toHaveLength(1);
    expect(text).toContain('min   2  gate     BeforeInstall: FAIL');
    expect(text).toContain('takes AccessExclusiveLock on public.payments');
    expect(text).toContain('45.0 % of 100 payments failed');
    expect(text).toContain('canary   wants d-1 rolled back');
  });

  test('tells that a hook was asked when it had to wait', () => {
    const open = { verdict: 'pending', decidedAt: null } as const;
    const checks = [{ name: 'canary', verdict: 'pending', reasons: [] }] as const;
    const who = (over: Partial<Evaluation>) =>
      storyLines(record({}, { evaluations: [evaluation('AfterAllowTraffic', over)] }).story).map((line) => line.who);
    expect(who({ ...open, checks })).toEqual(['hook']);
    expect(who({ decidedAt: second(9) })).toEqual(['hook', 'gate']);
    expect([who(open), who({})]).toEqual([[], ['gate']]);
  });

  test('breaks long lines between words, under the first', () => {
    const lines = wrap('word '.repeat(60).trim(), '  head ').split('\n');
    expect(lines.every((line) => line.length <= 118 && /^( {7}| {2}head )word/.test(line))).toBe(true);
  });
});

describe('the command', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['src/sandbox/demo.ts', ...args], { encoding: 'utf8' });

  test('explains itself', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--keep') });
  });

  test('refuses what it does not know', () => {
    expect(run('--fast')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('--fast') });
  });
});
