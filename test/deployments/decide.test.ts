import { describe, expect, test } from '@jest/globals';
import type { CheckResult } from '../../src/deployments/checks/check.ts';
import { decide, type EvaluationFacts } from '../../src/deployments/decide.ts';

const now = new Date('2026-11-24T20:31:00Z');
const deadline = new Date('2026-11-24T21:25:00Z');

function check(verdict: CheckResult['verdict'], over: Partial<CheckResult> = {}): CheckResult {
  return { name: `a ${verdict} check`, verdict, reasons: [{ code: `check-${verdict}`, text: verdict }], ...over };
}

function outcome(over: Partial<EvaluationFacts>): unknown {
  const decision = decide({ override: null, rollback: null, obstacle: null, checks: [], now, deadline, ...over });
  const codes = decision.reasons.map((reason) => reason.code);
  return decision.verdict === 'pending' ? [decision.verdict, codes, decision.lookAgain] : [decision.verdict, codes];
}

const obstacle = { code: 'service-not-configured', text: 'add it' };
const override = { verdict: 'pass', reason: 'we know', actor: 'ann' } as const;

describe('the decision on an evaluation', () => {
  test.each<[string, Partial<EvaluationFacts>, unknown]>([
    ['all checks pass', { checks: [check('pass'), check('pass')] }, ['pass', ['check-pass', 'check-pass']]],
    ['one failing check shuts the gate', { checks: [check('pass'), check('fail')] }, ['fail', ['check-fail']]],
    [
      'a failing check does not wait for a pending one',
      { checks: [check('pending'), check('fail')] },
      ['fail', ['check-fail']],
    ],
    ['nothing to ask is said aloud', {}, ['pass', ['no-checks']]],
    ['an override counts before everything', { override, obstacle, checks: [check('fail')] }, ['pass', ['override']]],
    [
      'an override can shut the gate, too',
      { override: { ...override, verdict: 'fail' }, rollback: 'it is one' },
      ['fail', ['override']],
    ],
    [
      'a rollback passes, whatever the checks say',
      { rollback: 'it is one', checks: [check('fail')] },
      ['pass', ['rollback']],
    ],
    ['a rollback passes though its service is unknown', { rollback: 'it is one', obstacle }, ['pass', ['rollback']]],
    ['a question that cannot be put is no pass', { obstacle }, ['fail', ['service-not-configured']]],
    [
      'a pending check is looked at again when it says',
      { checks: [check('pending', { lookAgainSeconds: 10 }), check('pending', { lookAgainSeconds: 4 })] },
      ['pending', ['check-pending', 'check-pending'], new Date('2026-11-24T20:31:04Z')],
    ],
    [
      'one that somebody wakes is looked at again at the deadline',
      { checks: [check('pending')] },
      ['pending', ['check-pending'], deadline],
    ],
    [
      'the deadline shuts the gate',
      { checks: [check('pending')], now: deadline },
      ['fail', ['deadline', 'check-pending']],
    ],
  ])('%s', (_name, over, expected) => {
    expect(outcome(over)).toEqual(expected);
  });
});
