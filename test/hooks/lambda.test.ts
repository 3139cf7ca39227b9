import { describe, expect, test } from '@jest/globals';
import { createHook, type HookParts } from '../../hooks/lambda/gate-hook.ts';

const hook = { DeploymentId: 'd-ABCDEFGHI', LifecycleEventHookExecutionId: 'exec/'.repeat(70) };
const token = 'sgt_secret0123456789';

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

/** A gate that gives these answers in turn (the last one again and again), on a clock that waits turn. */
function scene(answers: readonly (() => Response | Promise<Response>)[], overrides: Partial<HookParts> = {}) {
  let milliseconds = Date.parse('2026-11-24T12:00:00Z');
  const calls: Call[] = [];
  const waits: number[] = [];
  const reports: string[] = [];
  const parts: HookParts = {
    env: { SAFETY_GATE_URL: 'https://gate.internal/', SAFETY_GATE_TOKEN: token },
    clock: { now: () => new Date(milliseconds) },
    random: () => 0.5,
    fetch: async (url, init) => {
      calls.push({ url: String(url), init: init ?? {} });
      const answer = answers[Math.min(calls.length, answers.length) - 1];
      if (answer === undefined) throw new Error('this gate has no answers');
      return answer();
    },
    wait: async (seconds) => {
      waits.push(seconds);
      milliseconds += seconds * 1000;
    },
    reportFailed: async ({ LifecycleEventHookExecutionId }) => {
      reports.push(LifecycleEventHookExecutionId);
    },
    ...overrides,
  };
  return { parts, calls, waits, reports };
}

const accepted = (verdict: string) => () => Response.json({ evaluationId: 'eval_1', verdict }, { status: 202 });
const down = () => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.1:443') });
};

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => String(error),
  );
}

describe('a hook that reaches the gate', () => {
  test('asks once, with the event its function stands for, and leaves the report to the gate', async () => {
    const { parts, calls, reports } = scene([accepted('pending')]);
    expect(await createHook('BeforeAllowTraffic', parts)(hook)).toEqual({ evaluationId: 'eval_1', verdict: 'pending' });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      url: 'https://gate.internal/v1/hooks/codedeploy',
      init: { method: 'POST', redirect: 'manual', headers: { authorization: `Bearer ${token}` } },
    });
    expect(JSON.parse(String(calls[0]?.init.body))).toEqual({ ...hook, LifecycleEvent: 'BeforeAllowTraffic' });
    expect(reports).toEqual([]);
  });

  test('sends no authorization when it has no token', async () => {
    const { parts, calls } = scene([accepted('pass')], { env: { SAFETY_GATE_URL: 'https://gate.internal' } });
    await createHook('BeforeInstall', parts)(hook);
    expect(calls[0]?.init.headers).toEqual({ 'content-type': 'application/json', accept: 'application/json' });
  });

  test.each(['pass', 'fail'])('ends quietly on "%s": the gate has reported it', async (verdict) => {
    const { parts, reports } = scene([accepted(verdict)]);
    expect(await createHook('BeforeInstall', parts)(hook)).toMatchObject({ verdict });
    expect(reports).toEqual([]);
  });

  test.each([
    ['no answer', down],
    ['429', () => new Response('', { status: 429 })],
    ['503', () => new Response('', { status: 503 })],
    ['a page of a proxy', () => new Response('<html>welcome</html>')],
    ['another verdict', accepted('maybe')],
  ])('asks again after %s, with jitter', async (_name, first) => {
    const { parts, waits, reports } = scene([first, first, accepted('pending')]);
    await createHook('BeforeInstall', parts)(hook);
    expect(waits).toEqual([0.5, 1]);
    expect(reports).toEqual([]);
  });

  test('waits as long as the gate asks it to', async () => {
    const busy = () => new Response('', { status: 503, headers: { 'retry-after': '7' } });
    const { parts, waits } = scene([busy, accepted('pending')]);
    await createHook('BeforeInstall', parts)(hook);
    expect(waits).toEqual([7]);
  });
});

describe('a hook that cannot ask fails closed', () => {
  test('after five attempts it reports Failed and says why', async () => {
    const { parts, calls, reports } = scene([down]);
    const message = await failure(createHook('BeforeInstall', parts)(hook));
    expect(calls).toHaveLength(5);
    expect(reports).toEqual([hook.LifecycleEventHookExecutionId]);
    expect(message).toMatch(/BeforeInstall of d-ABCDEFGHI.*ECONNREFUSED.*5 attempts.*Reported Failed/);
  });

  test.each([400, 401, 403, 404, 422, 301])('a %d is final', async (status) => {
    const { parts, calls, reports } = scene([() => Response.json({ detail: 'not with this token' }, { status })]);
    const message = await failure(createHook('BeforeInstall', parts)(hook));
    expect(calls).toHaveLength(1);
    expect(reports).toHaveLength(1);
    expect(message).toContain(`answered ${status}: not with this token`);
  });

  test('a gate that never answers is given up in time for the report', async () => {
    const hanging: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const { parts, reports } = scene([down], { fetch: hanging });
    const message = await failure(createHook('BeforeInstall', parts)(hook, { getRemainingTimeInMillis: () => 12_100 }));
    expect(message).toMatch(/no answer within [0-9.]+ s/);
    expect(reports).toHaveLength(1);
  });

  test('it leaves time for the report even if retries are left', async () => {
    const { parts, waits, reports } = scene([down]);
    await failure(createHook('BeforeInstall', parts)(hook, { getRemainingTimeInMillis: () => 14_000 }));
    expect(waits).toEqual([0.5, 1]);
    expect(reports).toHaveLength(1);
  });

  test.each([
    ['SAFETY_GATE_URL', { SAFETY_GATE_TOKEN: token }],
    ['SAFETY_GATE_URL', { SAFETY_GATE_URL: 'ftp://gate', SAFETY_GATE_TOKEN: token }],
    ['SAFETY_GATE_TOKEN', { SAFETY_GATE_URL: 'https://gate', SAFETY_GATE_TOKEN: `${token}\nx: y` }],
  ])('a wrong %s is named', async (name, env) => {
    const { parts, calls, reports } = scene([accepted('pass')], { env });
    expect(await failure(createHook('BeforeInstall', parts)(hook))).toContain(name);
    expect(calls).toEqual([]);
    expect(reports).toHaveLength(1);
  });

  test('when CodeDeploy cannot be told either, it says so', async () => {
    const reportFailed = async () => {
      throw new Error('AccessDeniedException');
    };
    const { parts } = scene([down], { reportFailed });
    expect(await failure(createHook('BeforeInstall', parts)(hook))).toMatch(/AccessDeniedException.*an hour/);
  });

  test('no message has the token in it', async () => {
    for (const answers of [[down], [() => new Response('', { status: 401 })]]) {
      const { parts } = scene(answers);
      expect(await failure(createHook('BeforeInstall', parts)(hook))).not.toContain(token);
    }
  });
});

test.each([
  ['before-install', 'BeforeInstall'],
  ['after-install', 'AfterInstall'],
  ['after-allow-test-traffic', 'AfterAllowTestTraffic'],
  ['before-allow-traffic', 'BeforeAllowTraffic'],
  ['after-allow-traffic', 'AfterAllowTraffic'],
])('%s.ts has a handler', async (file) => {
  const entry: { handler?: unknown } = await import(`../../hooks/lambda/${file}.ts`);
  expect(typeof entry.handler).toBe('function');
});
